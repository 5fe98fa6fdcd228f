import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { KeyPair } from '../../lib/certificates.ts';
import { DecodeError, decodeAs, encodeMessage } from '../../proto/index.ts';
import { certificateService } from '../../server/certificate-service.ts';
import type { Address } from '../../server/index.ts';

/** Where certificates are asked for, and who asks. */
export interface Asking {
  readonly xds: Address;
  /** The name that the server's certificate must have, where it is not the host of `xds`. */
  readonly serverName: string | undefined;
  readonly rootsPem: string;
  readonly proof: { readonly token: string } | { readonly certificate: KeyPair };
}

/** PEM: the workload's certificate, intermediates, and last the roots, as many as there are. */
export type CertificateChain = readonly [string, ...string[]];

/**
 * Why there was no certificate.
 *
 *   unreachable  nobody answered, or not now
 *   untrusted    who answered is not who should
 *   unproved     the token or certificate that was shown is not, or no longer, believed
 *   refused      the answer was no
 */
export type AskFault = 'unreachable' | 'untrusted' | 'unproved' | 'refused';

/** The message is for whoever runs the agent; it holds no secret. */
export class AskFailed extends Error {
  override readonly name = 'AskFailed';
  readonly fault: AskFault;

  constructor(fault: AskFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** Asks Istio's certificate service once, over a connection of its own. Throws an AskFailed. */
export async function askForCertificate(
  csr: string,
  ttlMs: number | undefined,
  asking: Asking,
): Promise<CertificateChain> {
  const { host, port } = asking.xds;
  const client = new Client(
    `${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
    credentialsOf(asking),
    optionsOf(asking),
  );
  const validityDuration = ttlMs === undefined ? 0 : Math.ceil(ttlMs / 1000);
  const request = Buffer.from(encodeMessage('istio.v1.auth.IstioCertificateRequest', { csr, validityDuration }));
  try {
    return chainOf(await call(client, request, asking));
  } finally {
    client.close();
  }
}

const PATIENCE_MS = 10_000;

function call(client: Client, request: Buffer, asking: Asking): Promise<Buffer> {
  const { path, requestSerialize, responseDeserialize } = certificateService.CreateCertificate;
  const metadata = new Metadata();
  if ('token' in asking.proof) metadata.set('authorization', `Bearer ${asking.proof.token}`);
  const deadline = Date.now() + PATIENCE_MS;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      { deadline },
      (error, bytes) => {
        if (error) reject(failureOf(error, asking));
        else resolve(bytes!);
      },
    );
  });
}

function credentialsOf({ rootsPem, proof, xds, serverName }: Asking) {
  const [key, chain] =
    'certificate' in proof ? [proof.certificate.keyPem, proof.certificate.chainPem].map(Buffer.from) : [];
  return credentials.createSsl(Buffer.from(rootsPem), key ?? null, chain ?? null, {
    checkServerIdentity: (_, certificate) => checkServerIdentity(serverName ?? xds.host, certificate),
  });
}

function optionsOf({ xds, serverName }: Asking) {
  const name = serverName ?? xds.host;
  return {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_retries': 0,
    // An address must not be sent as a server's name (RFC 6066): then it is asked for by a name that nobody checks.
    'grpc.ssl_target_name_override': isIP(name) ? 'pharos' : name,
  };
}

function chainOf(bytes: Buffer): CertificateChain {
  try {
    const { certChain = [] } = decodeAs('istio.v1.auth.IstioCertificateResponse', bytes);
    const [leaf, ...rest] = certChain;
    if (leaf !== undefined && rest.length > 0) return [leaf, ...rest];
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  throw new AskFailed('refused', 'what was answered is no certificate with the roots that it is of');
}

const NO_TLS = 'what listens there speaks no TLS; the secure port is 15012 where nobody chose another';

function failureOf({ code, details }: ServiceError, { xds, serverName }: Asking): AskFailed {
  const at = `${xds.host}:${xds.port}`;
  if (code === status.UNAUTHENTICATED)
    return new AskFailed('unproved', `${at} does not believe who this is: ${details}`);
  if (code === status.RESOURCE_EXHAUSTED) return new AskFailed('unreachable', `${at} is busy: ${details}`);
  if (code !== status.UNAVAILABLE && code !== status.DEADLINE_EXCEEDED) {
    return new AskFailed('refused', `${at} refuses: ${details}`);
  }
  const reason = /Last error: (?:Error: )?(.*?)\. Resolution note:/s.exec(details)?.[1] ?? details;
  if (/altnames/.test(reason)) {
    return new AskFailed('untrusted', `${at} has a certificate that is not for "${serverName ?? xds.host}": ${reason}`);
  }
  if (/certificate|issuer|CRL/i.test(reason)) {
    return new AskFailed(
      'untrusted',
      `${at} has a certificate that the roots of --ca-root do not vouch for: ${reason}`,
    );
  }
  return new AskFailed('unreachable', `cannot reach ${at}: ${/wrong version number/.test(reason) ? NO_TLS : reason}`);
}
