import { expect, test } from 'vitest';
import { type Cluster, encode } from '../../proto/index.ts';
import { IMPOSSIBLE_TLS } from '../tls/index.ts';
import { buildExternalCluster, type ExternalCluster } from './external-cluster.ts';

const SIMPLE = {
  mode: 'simple',
  sni: 'pay.example',
  subjectAltNames: ['pay.example'],
  trust: { from: 'system', crl: undefined },
} as const;
const MUTUAL = {
  ...SIMPLE,
  mode: 'mutual',
  certificate: { from: 'secret', namespace: 'vault', name: 'pay' },
} as const;

test('bytes that a client encrypted are not encrypted once more', () => {
  expect(cluster({ tls: SIMPLE, speaks: 'bytes' }).transportSocket).toBeDefined();
  expect(cluster({ tls: SIMPLE, speaks: 'sealed' }).transportSocket).toBeUndefined();
});

test('whoever may not have the certificate cannot connect, and does not connect without it', () => {
  expect(cluster({ tls: MUTUAL, speaks: 'http', mayShow: false }).transportSocket).toEqual(plain(IMPOSSIBLE_TLS));
  const shown = JSON.stringify(cluster({ tls: MUTUAL, speaks: 'http', mayShow: true }).transportSocket);
  expect(shown).toContain('kubernetes-gateway://vault/pay');
});

test('what cannot be done is not done in plain text', () => {
  expect(cluster({ tls: { mode: 'impossible' }, speaks: 'http' }).transportSocket).toEqual(plain(IMPOSSIBLE_TLS));
});

test.each([
  ['http', 'disable', undefined, undefined],
  ['http', 'simple', undefined, 'autoConfig'],
  ['http1', 'simple', ['http/1.1'], undefined],
  ['http2', 'simple', ['h2'], 'http2ProtocolOptions'],
  ['http2', 'disable', undefined, 'http2ProtocolOptions'],
  ['bytes', 'simple', undefined, undefined],
] as const)('%s with TLS %s offers %j and has %s', (speaks, mode, alpn, options) => {
  const built = cluster({ tls: mode === 'simple' ? SIMPLE : { mode }, speaks });
  const found = /"alpnProtocols":(\[[^\]]*\])/.exec(JSON.stringify(built.transportSocket ?? {}))?.[1];
  expect(found && JSON.parse(found)).toEqual(alpn);
  const said = JSON.stringify(built.typedExtensionProtocolOptions ?? {});
  expect(options === undefined ? said : said.includes(`"${options}"`)).toEqual(options === undefined ? '{}' : true);
});

test('who says it is known by line', () => {
  const { decided } = buildExternalCluster(given({ tls: SIMPLE, speaks: 'http' }));
  expect(decided.map(({ path, origin }) => `${path || 'all'}: ${origin.path}`)).toEqual([
    'all: spec',
    'transportSocket: spec.tls',
    'circuitBreakers.thresholds[0].retryBudget: spec.retryConstraint',
  ]);
});

type Given = Pick<ExternalCluster, 'speaks'> & Partial<ExternalCluster> & Pick<ExternalCluster['said'], 'tls'>;

function given({ tls, ...rest }: Given): ExternalCluster {
  const object = 'gateway.networking.x-k8s.io/XBackend/shop/pay' as ExternalCluster['said']['origin']['object'];
  return {
    name: 'xbackend|443|http|shop/pay',
    backend: 'shop/pay',
    said: { origin: { object, path: 'spec' }, hostname: 'api.pay.example', port: 443, protocol: undefined, tls },
    mayShow: true,
    secrets: undefined,
    otherTls: {},
    connectTimeoutMs: 10_000,
    retryBudget: { origin: { object, path: 'spec.retryConstraint' }, percent: 20, alwaysPerSecond: 0.5 },
    ...rest,
  };
}

function cluster(of: Given): Cluster {
  const { message } = buildExternalCluster(given(of));
  expect(encode('cds', message)).toMatchObject({ version: expect.any(String) });
  return plain(message);
}

function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
