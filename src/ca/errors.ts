/**
 * A request that cannot be granted, whoever asks: a fault of the request, in words for the one who sent it.
 *
 *   malformed   not a certificate request, or not in DER
 *   signature   not signed by the key that it names, or by an algorithm that is not accepted
 *   key         a key that no certificate is given for
 *   validity    asks for longer than is granted
 *   identity    names nobody who could have a certificate
 */
export type RequestFault = 'malformed' | 'signature' | 'key' | 'validity' | 'identity';

export class CertificateRequestError extends Error {
  override readonly name = 'CertificateRequestError';
  readonly fault: RequestFault;

  constructor(fault: RequestFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** The authority itself cannot work: what it was given is unusable (the message names the file), or has expired. */
export class AuthorityError extends Error {
  override readonly name = 'AuthorityError';
}
