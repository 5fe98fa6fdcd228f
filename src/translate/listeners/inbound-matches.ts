import type { FilterChainMatch } from '../../proto/index.ts';
import { MESH_ALPN, MESH_HTTP_ALPN, MESH_TCP_ALPN } from '../tls/index.ts';
import { DETECTED_HTTP } from './outbound-listener.ts';

/** What a port takes in: plain text, mutual TLS, both, or no connection at all. */
export type Takes = 'plain' | 'both' | 'mtls' | 'nothing';

/** One of the chains of a port: what comes there, and what it is taken for. */
export interface InboundMatch {
  readonly match: FilterChainMatch;
  readonly as: 'http' | 'tcp' | 'nothing';
  /** The proxy ends the TLS. Else what is encrypted is the application's own. */
  readonly isMtls: boolean;
}

/**
 * Istio's tables, and what stock Envoys need beside them: `names` are the server names by which those clients ask that
 * tell in their ALPN only whether they speak HTTP. See docs/decisions/0007-alpn-of-stock-envoys.md.
 */
export function inboundMatches(
  speaks: 'http' | 'tcp' | 'auto',
  takes: Takes,
  names: readonly string[],
): readonly InboundMatch[] {
  switch (takes) {
    case 'plain':
      return PLAIN[speaks];
    case 'both':
      return BOTH[speaks](names);
    case 'mtls':
      return MTLS[speaks];
    case 'nothing':
      return [{ match: {}, as: 'nothing', isMtls: false }];
  }
}

type BySpeech<T> = Readonly<Record<'http' | 'tcp' | 'auto', T>>;

const RAW_HTTP = plain('http', { transportProtocol: 'raw_buffer' });
const RAW_TCP = plain('tcp', { transportProtocol: 'raw_buffer' });
const SNIFFED_HTTP = plain('http', DETECTED_HTTP);
const TLS_OF_THE_APPLICATION = plain('tcp', { transportProtocol: 'tls' });

const PLAIN: BySpeech<readonly InboundMatch[]> = {
  http: [RAW_HTTP],
  tcp: [RAW_TCP],
  auto: [SNIFFED_HTTP, RAW_TCP],
};

const BOTH: BySpeech<(names: readonly string[]) => readonly InboundMatch[]> = {
  // TLS of an application that speaks HTTP would be HTTPS, and the port would say so.
  http: (names) => [
    mtls('http', { applicationProtocols: MESH_ALPN }),
    ...named(names, (serverNames) => [mtls('http', { serverNames })]),
    RAW_HTTP,
  ],
  tcp: (names) => [
    mtls('tcp', { applicationProtocols: MESH_ALPN }),
    ...named(names, (serverNames) => [mtls('tcp', { serverNames })]),
    TLS_OF_THE_APPLICATION,
    RAW_TCP,
  ],
  auto: (names) => [
    mtls('http', { applicationProtocols: MESH_HTTP_ALPN }),
    ...named(names, (serverNames) => [
      mtls('http', { serverNames, applicationProtocols: ANY_HTTP_ALPN }),
      mtls('tcp', { serverNames }),
    ]),
    SNIFFED_HTTP,
    mtls('tcp', { applicationProtocols: MESH_TCP_ALPN }),
    RAW_TCP,
    TLS_OF_THE_APPLICATION,
  ],
};

/** `h2` and `http/1.1` are what Envoy offers by itself for the protocol of a connection. */
const ANY_HTTP_ALPN = [...MESH_HTTP_ALPN, 'h2', 'http/1.1'];

const MTLS: BySpeech<readonly InboundMatch[]> = {
  http: [mtls('http', {})],
  tcp: [mtls('tcp', {})],
  auto: [mtls('http', { applicationProtocols: ANY_HTTP_ALPN }), mtls('tcp', {})],
};

function mtls(as: 'http' | 'tcp', match: FilterChainMatch): InboundMatch {
  return { match: { transportProtocol: 'tls', ...match }, as, isMtls: true };
}

function plain(as: 'http' | 'tcp', match: FilterChainMatch): InboundMatch {
  return { match, as, isMtls: false };
}

/** Envoy does not go back from the chains of a server name to those of none, so they are complete for themselves. */
function named(
  names: readonly string[],
  chains: (serverNames: readonly string[]) => readonly InboundMatch[],
): readonly InboundMatch[] {
  return names.length === 0 ? [] : chains(names);
}
