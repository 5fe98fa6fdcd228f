import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/** The certificates that a TLS client has presented, leaf first. Empty: none. TLS has proved that it has the leaf's key. */
export function peerChain(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: X509Certificate | undefined = socket.getPeerX509Certificate();
  while (next && chain.length < LONGEST_CHAIN && !isIn(chain, next)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

/** One more than any authority accepts, so that a longer one is refused rather than cut short. */
const LONGEST_CHAIN = 11;

/** A root is its own issuer. */
function isIn(chain: readonly X509Certificate[], { raw }: X509Certificate): boolean {
  return chain.some((one) => one.raw.equals(raw));
}

/** Milliseconds since 1970: when the first of a chain's certificates ends. */
export function endOf(chain: readonly X509Certificate[]): number {
  return Math.min(...chain.map(({ validTo }) => Date.parse(validTo)));
}
