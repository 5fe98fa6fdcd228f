import { expect, test } from 'vitest';
import { type InboundMatch, inboundMatches, type Takes } from './inbound-matches.ts';

/** A connection as Envoy's inspectors describe it. */
interface Connection {
  readonly tls?: boolean;
  readonly sni?: string;
  readonly alpn?: readonly string[];
}

const NAMES = ['*.cart.shop'];
const SNI = 'outbound_.80_._.cart.shop';

/** What becomes of a connection: Envoy's way of choosing, of which no step is taken back. */
function end(speaks: 'http' | 'tcp' | 'auto', takes: Takes, connection: Connection, names = NAMES): string {
  const { tls = false, sni = '', alpn = [] } = connection;
  const all = inboundMatches(speaks, takes, names);
  const ofName = all.filter(({ match }) => match.serverNames?.some((name) => sni.endsWith(name.slice(1))));
  const candidates = ofName.length > 0 ? ofName : all.filter(({ match }) => !match.serverNames);
  const transport = tls ? 'tls' : 'raw_buffer';
  const exact = candidates.filter(({ match }) => match.transportProtocol === transport);
  const left = exact.length > 0 ? exact : candidates.filter(({ match }) => !match.transportProtocol);
  const offered = alpn.find((one) => left.some(({ match }) => match.applicationProtocols?.includes(one)));
  const chosen = left.find(({ match }) =>
    offered === undefined ? !match.applicationProtocols : match.applicationProtocols?.includes(offered),
  );
  return chosen ? described(chosen) : 'closed';
}

function described({ as, isMtls }: InboundMatch): string {
  return `${isMtls ? 'mTLS ' : ''}${as}`;
}

const PLAIN_HTTP = { alpn: ['http/1.1'] };
const PLAIN_TCP = {};
const OWN_TLS = { tls: true, sni: 'cart.shop', alpn: ['h2', 'http/1.1'] };
const MESH = { tls: true, sni: SNI, alpn: ['istio'] };
const MESH_H2 = { tls: true, sni: SNI, alpn: ['istio', 'h2'] };
const DETECTED_H1 = { tls: true, sni: SNI, alpn: ['http/1.1'] };
const DETECTED_H2 = { tls: true, sni: SNI, alpn: ['h2'] };
const DETECTED_TCP = { tls: true, sni: SNI };
const ISTIO_HTTP = { tls: true, sni: SNI, alpn: ['istio-http/1.1', 'istio', 'http/1.1'] };
const ELSEWHERE = { tls: true, sni: 'other.name', alpn: ['istio'] };

test.each([
  ['http', 'both', { ...PLAIN_HTTP, alpn: [] }, 'http'],
  ['http', 'both', MESH, 'mTLS http'],
  ['http', 'both', MESH_H2, 'mTLS http'],
  ['http', 'both', DETECTED_H1, 'mTLS http'],
  ['http', 'both', ELSEWHERE, 'mTLS http'],
  ['http', 'both', OWN_TLS, 'closed'],
  ['tcp', 'both', PLAIN_TCP, 'tcp'],
  ['tcp', 'both', MESH, 'mTLS tcp'],
  ['tcp', 'both', OWN_TLS, 'tcp'],
  ['auto', 'both', PLAIN_HTTP, 'http'],
  ['auto', 'both', PLAIN_TCP, 'tcp'],
  ['auto', 'both', DETECTED_H1, 'mTLS http'],
  ['auto', 'both', DETECTED_H2, 'mTLS http'],
  ['auto', 'both', DETECTED_TCP, 'mTLS tcp'],
  ['auto', 'both', MESH_H2, 'mTLS http'],
  ['auto', 'both', MESH, 'mTLS tcp'],
  ['auto', 'both', ELSEWHERE, 'mTLS tcp'],
  ['auto', 'both', ISTIO_HTTP, 'mTLS http'],
  ['auto', 'both', OWN_TLS, 'tcp'],
  ['auto', 'both', { tls: true }, 'tcp'],
  ['http', 'mtls', MESH, 'mTLS http'],
  ['http', 'mtls', PLAIN_HTTP, 'closed'],
  ['tcp', 'mtls', PLAIN_TCP, 'closed'],
  ['tcp', 'mtls', OWN_TLS, 'mTLS tcp'],
  ['auto', 'mtls', DETECTED_H1, 'mTLS http'],
  ['auto', 'mtls', DETECTED_H2, 'mTLS http'],
  ['auto', 'mtls', DETECTED_TCP, 'mTLS tcp'],
  ['auto', 'mtls', MESH, 'mTLS tcp'],
  ['auto', 'mtls', PLAIN_HTTP, 'closed'],
  ['http', 'plain', {}, 'http'],
  ['auto', 'plain', PLAIN_HTTP, 'http'],
  ['auto', 'plain', PLAIN_TCP, 'tcp'],
  ['http', 'nothing', PLAIN_HTTP, 'nothing'],
  ['auto', 'nothing', MESH, 'nothing'],
] as const)('a port that speaks %s and takes %s: %o is %s', (speaks, takes, connection, expected) => {
  expect(end(speaks, takes, connection)).toBe(expected);
});

test('TLS of an application to a name of a headless service is not taken for that of the mesh', () => {
  const toInstance = { tls: true, sni: 'cart-0.cart.shop', alpn: ['h2'] };
  expect(end('auto', 'both', toInstance, [])).toBe('tcp');
});

test('no two chains of a port match the same, which Envoy would refuse', () => {
  for (const speaks of ['http', 'tcp', 'auto'] as const) {
    for (const takes of ['plain', 'both', 'mtls', 'nothing'] as const) {
      const matches = inboundMatches(speaks, takes, NAMES).flatMap(({ match }) =>
        (match.applicationProtocols ?? ['']).map((alpn) =>
          JSON.stringify([match.serverNames, match.transportProtocol, alpn]),
        ),
      );
      expect(new Set(matches).size, `${speaks} ${takes}`).toBe(matches.length);
    }
  }
});
