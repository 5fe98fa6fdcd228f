import { status } from '@grpc/grpc-js';
import { type CertificateRequest, CertificateRequestError, parseCertificateRequest } from '../ca/index.ts';
import { parseSpiffeUri, type SpiffeId } from '../lib/spiffe.ts';
import { DecodeError, decodeAs } from '../proto/index.ts';
import { Refusal } from './refusal.ts';

/** What was asked for, taken apart. Nothing in it proves who asks. */
export interface Asked {
  readonly request: CertificateRequest;
  /** Undefined: as long as certificates live that ask for nothing else. */
  readonly validityMs: number | undefined;
  /** The workload that a proxy of a whole node asks for in its name. */
  readonly impersonated: SpiffeId | undefined;
}

/** Reads an `istio.v1.auth.IstioCertificateRequest`. Throws a Refusal for what is none, and for a CSR that cannot be signed. */
export function readCertificateRequest(bytes: Uint8Array): Asked {
  const { csr = '', validityDuration = 0, metadata } = decoded(bytes);
  return {
    validityMs: validityOf(Number(validityDuration)),
    impersonated: impersonatedOf(metadata?.['ImpersonatedIdentity']),
    request: granted(() => parseCertificateRequest(csr)),
  };
}

/** What the authority finds wrong with a request is the caller's mistake. */
export function granted<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof CertificateRequestError) throw invalid(error.message);
    throw error;
  }
}

function decoded(bytes: Uint8Array) {
  try {
    return decodeAs('istio.v1.auth.IstioCertificateRequest', bytes);
  } catch (error) {
    if (error instanceof DecodeError) throw invalid(`not a certificate request message: ${error.message}`);
    throw error;
  }
}

function validityOf(seconds: number): number | undefined {
  if (seconds < 0) throw invalid(`validity_duration must not be negative, and is ${seconds}`);
  return seconds === 0 ? undefined : seconds * 1000;
}

function impersonatedOf(said: unknown): SpiffeId | undefined {
  if (said === undefined || said === '') return undefined;
  const id = typeof said === 'string' ? parseSpiffeUri(said) : undefined;
  if (!id) throw invalid('metadata.ImpersonatedIdentity must be spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT');
  return id;
}

function invalid(details: string): Refusal {
  return new Refusal(status.INVALID_ARGUMENT, details);
}
