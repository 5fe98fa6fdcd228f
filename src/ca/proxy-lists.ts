import { type Certificate, isAmong } from './certificate.ts';
import type { Credentials } from './credentials.ts';
import { isOf, type RevocationList } from './revocations.ts';

/**
 * What proxies are told of revoked certificates. An Envoy that has any list refuses every chain in which some authority has
 * none in force. So proxies have all lists when none is missing, and else none: one list that is late must not end the mesh.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto
 */
export interface ProxyLists {
  readonly crlPem: string | undefined;
  /** Authorities without a list in force, if there are lists at all. */
  readonly missing: readonly Certificate[];
  /** Until then it stays so, if no file changes. */
  readonly untilMs: number;
}

type Known = Pick<Credentials, 'signer' | 'intermediates' | 'roots' | 'revocations'>;

export function proxyListsOf({ signer, intermediates, roots, revocations }: Known, nowMs: number): ProxyLists {
  if (revocations.length === 0) return { crlPem: undefined, missing: [], untilMs: Number.POSITIVE_INFINITY };
  const all = [signer, ...intermediates, ...roots];
  const authorities = all.filter((one, i) => !isAmong(all.slice(0, i), one));
  const current = revocations.filter((list) => isInForce(list, nowMs));
  const missing = authorities.filter((one) => !current.some((list) => isOf(list, one)));
  const crlPem = missing.length > 0 ? undefined : revocations.map(({ pem }) => pem).join('');
  return { crlPem, missing, untilMs: nextChange(revocations, nowMs) };
}

function isInForce({ thisUpdateMs, nextUpdateMs = Number.POSITIVE_INFINITY }: RevocationList, nowMs: number): boolean {
  return thisUpdateMs <= nowMs && nowMs <= nextUpdateMs;
}

function nextChange(lists: readonly RevocationList[], nowMs: number): number {
  const times = lists.flatMap(({ thisUpdateMs, nextUpdateMs }) => [thisUpdateMs, nextUpdateMs ?? nowMs]);
  return Math.min(...times.filter((ms) => ms > nowMs));
}
