import { expect, test } from 'vitest';
import { parseObject } from '../registry.ts';
import { unreadableTls } from './unreadable-tls.ts';

function parse(kind: string, spec: object) {
  const { value, problems } = parseObject({
    apiVersion: 'networking.istio.io/v1',
    kind,
    metadata: { name: 'x', namespace: 'shop' },
    spec,
  });
  const told = problems.map(({ severity, path, message }) => `${severity} ${path} ${message}`);
  return { spec: (value as { spec?: object } | undefined)?.spec, told, hints: problems.map(({ hint }) => hint) };
}

const rule = (spec: object) => parse('DestinationRule', { host: 'cart', ...spec });
const gateway = (server: object) =>
  parse('Gateway', {
    servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'], ...server }, other],
  });
const other = { port: { number: 81, name: 'other', protocol: 'HTTP' }, hosts: ['*'] };
const entry = (spec: object) =>
  parse('ServiceEntry', { hosts: ['a.com'], ports: [{ number: 80, name: 'http', protocol: 'HTTP' }], ...spec });

test('circuitBreaker gets outlierDetection as a hint, and the rest of the policy stays', () => {
  const trafficPolicy = { circuitBreaker: { maxConnections: 1 }, connectionPool: { tcp: { maxConnections: 5 } } };
  const { spec, told, hints } = rule({ trafficPolicy });
  expect(spec).toEqual({ host: 'cart', trafficPolicy: { connectionPool: { tcp: { maxConnections: 5 } } } });
  expect(told).toEqual(['error spec.trafficPolicy.circuitBreaker unknown field "circuitBreaker"']);
  expect(hints).toEqual(['did you mean outlierDetection? The limits belong to connectionPool']);
});

test.each([
  ['labels that are no texts', { name: 'v1', labels: { version: 1 } }],
  ['a misspelt labels', { name: 'v1', label: { version: 'v1' } }],
  ['an unknown field and no labels', { name: 'v1', foo: { version: 'v1' } }],
  ['no name', { labels: { version: 'v1' } }],
  ['a name twice', { name: 'v2', labels: { version: 'v1' } }],
  ['bad TLS', { name: 'v1', labels: { version: 'v1' }, trafficPolicy: { tls: { mode: 'MUTAL' } } }],
])('a subset with %s is lost, and is never all of the service', (_, subset) => {
  const v2 = { name: 'v2', labels: { version: 'v2' } };
  const { spec, told } = rule({ subsets: [v2, subset] });
  expect(spec).toEqual({ host: 'cart', subsets: [v2] });
  expect(told).toHaveLength(1);
});

test('half a consistent hash is none', () => {
  const loadBalancer = { consistentHash: { httpCookie: { name: 'a', ttl: 'x' } }, warmup: { duration: '1s' } };
  expect(rule({ trafficPolicy: { loadBalancer } }).spec).toEqual({
    host: 'cart',
    trafficPolicy: { loadBalancer: { warmup: { duration: '1s' } } },
  });
});

test.each([
  ['an unknown mode', { mode: 'SIMPL' }],
  ['no map', 'SIMPLE'],
  ['an unknown field', { mode: 'SIMPLE', caCertificate: '/ca.pem' }],
  ['a field of another type', { mode: 'SIMPLE', sni: 1 }],
  ['a field missing', { mode: 'MUTUAL', clientCertificate: '/c' }],
  ['two that contradict', { mode: 'SIMPLE', credentialName: 'c', caCertificates: '/ca.pem' }],
  ['no value', null],
])('client TLS with %s is closed, and the rest of the rule holds', (_, tls) => {
  const connectionPool = { tcp: { maxConnections: 5 } };
  const portLevelSettings = [{ port: { number: 80 }, tls }, { port: { number: 81 } }];
  const { spec, told } = rule({ trafficPolicy: { connectionPool, tls, portLevelSettings } });
  const closed = unreadableTls();
  expect(spec).toMatchObject({
    trafficPolicy: { connectionPool, tls: closed, portLevelSettings: [{ tls: closed }, { port: { number: 81 } }] },
  });
  expect(told).toHaveLength(2);
  expect(told.every((line) => line.startsWith('error'))).toBe(true);
});

test('client TLS under a misspelt name is closed', () => {
  const { spec, told } = rule({ trafficPolicy: { tsl: { mode: 'SIMPLE' } } });
  expect(spec).toEqual({ host: 'cart', trafficPolicy: { tls: unreadableTls() } });
  expect(told).toEqual(['error spec.trafficPolicy.tsl unknown field "tsl"']);
});

test.each([
  ['workloadSelector', { workloadSelector: { labels: { app: 'a' } } }],
  ['host', { host: '' }],
])('a mistake in %s of a DestinationRule costs the object', (_, spec) => {
  expect(rule(spec).spec).toBeUndefined();
});

test('a port level setting for no port is lost', () => {
  const portLevelSettings = [{ port: { number: 'http' }, connectionPool: {} }, { port: { number: 80 } }];
  expect(rule({ trafficPolicy: { portLevelSettings } }).spec).toEqual({
    host: 'cart',
    trafficPolicy: { portLevelSettings: [{ port: { number: 80 } }] },
  });
});

test('consecutiveErrors is applied, with a notice', () => {
  const { spec, told } = rule({ trafficPolicy: { outlierDetection: { consecutiveErrors: 7 } } });
  expect(spec).toMatchObject({ trafficPolicy: { outlierDetection: { consecutiveErrors: 7 } } });
  expect(told).toEqual([
    'notice spec.trafficPolicy.outlierDetection.consecutiveErrors consecutiveErrors is the old name of consecutiveGatewayErrors, and is applied as that: 502, 503 and 504 count',
  ]);
});

test.each([
  ['port', { port: { number: 80, name: 'http', protocol: 'HTPT' } }],
  ['bind', { bind: 'everywhere' }],
  ['tls', { tls: { httpsRedirect: 'true' } }],
  ['hosts', { hosts: 'a' }],
  ['only host', { hosts: ['a/b/c'] }],
  ['missing tls', { port: { number: 443, name: 'https', protocol: 'HTTPS' } }],
])('a mistake in the %s of a server costs the server', (_, server) => {
  const { spec, told } = gateway(server);
  expect(spec).toEqual({ servers: [other] });
  expect(told.filter((line) => line.startsWith('error'))).toHaveLength(1);
});

test('a selector that cannot be read costs the gateway', () => {
  expect(parse('Gateway', { selector: { istio: 1 }, servers: [other] }).spec).toBeUndefined();
});

const HTTPS = { number: 443, name: 'https', protocol: 'HTTPS' };
const FILES = { serverCertificate: '/a', privateKey: '/b' };

test.each([
  ['SIMPLE without a certificate', { mode: 'SIMPLE' }, 'SIMPLE needs a certificate and its key'],
  ['half a certificate', { mode: 'SIMPLE', serverCertificate: '/a' }, 'SIMPLE needs a certificate and its key'],
  ['MUTUAL with nobody to believe', { mode: 'MUTUAL', ...FILES }, 'MUTUAL needs caCertificates'],
  ['a hash that is none', { mode: 'MUTUAL', credentialName: 'c', verifyCertificateHash: ['a'] }, 'must be the SHA-256'],
  ['a key hash that is none', { mode: 'MUTUAL', credentialName: 'c', verifyCertificateSpki: ['a'] }, 'in base64'],
])('%s costs the server, which would be open otherwise', (_, tls, message) => {
  const { spec, told } = gateway({ port: HTTPS, tls });
  expect(spec).toEqual({ servers: [other] });
  expect(told.filter((line) => line.startsWith('error'))).toEqual([expect.stringContaining(message)]);
});

test('a cipher suite that Envoy does not know goes, and the others stay', () => {
  const cipherSuites = ['TLS_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'none'];
  const { spec, told } = gateway({ port: HTTPS, tls: { mode: 'SIMPLE', credentialName: 'c', cipherSuites } });
  expect(spec).toMatchObject({ servers: [{ tls: { cipherSuites: ['ECDHE-RSA-AES128-GCM-SHA256'] } }, other] });
  expect(told).toEqual([
    expect.stringContaining('cipherSuites[0] must be a cipher suite of TLS 1.2 or older'),
    expect.stringContaining('cipherSuites[2] must be a cipher suite as OpenSSL calls it'),
  ]);
});

test('a maximum below the minimum has no effect, and is told', () => {
  const versions = { minProtocolVersion: 'TLSV1_3', maxProtocolVersion: 'TLSV1_2' };
  const { spec, told } = gateway({ port: HTTPS, tls: { mode: 'SIMPLE', credentialName: 'c', ...versions } });
  expect(spec).toMatchObject({ servers: [{ tls: { mode: 'SIMPLE' } }, other] });
  expect(told).toEqual([expect.stringContaining('must not be older than minProtocolVersion TLSV1_3')]);
});

test.each([
  ['PASSTHROUGH', { mode: 'PASSTHROUGH', credentialName: 'c' }, 'credentialName'],
  ['ISTIO_MUTUAL', { mode: 'ISTIO_MUTUAL', serverCertificate: '/a' }, 'serverCertificate'],
  ['SIMPLE', { mode: 'SIMPLE', credentialName: 'c', subjectAltNames: ['a'] }, 'subjectAltNames'],
  ['two certificates', { mode: 'SIMPLE', credentialName: 'c', ...FILES }, 'serverCertificate'],
  ['two authorities', { mode: 'MUTUAL', credentialName: 'c', caCertificates: '/c' }, 'caCertificates'],
])('what has no effect beside %s is told', (_, tls, field) => {
  const { told } = gateway({ port: HTTPS, tls });
  expect(told).toEqual([expect.stringMatching(`^warning spec.servers\\[0\\].tls.${field} has no effect`)]);
});

test('TLS settings of a plain port are told to have no effect', () => {
  const { told } = gateway({ port: { number: 80, name: 'http', protocol: 'HTTP' }, tls: { credentialName: 'c' } });
  expect(told).toEqual([expect.stringContaining('tls.credentialName is not applied to protocol HTTP')]);
});

test.each([
  ['STATIC with a host name', { resolution: 'STATIC', endpoints: [{ address: 'b.com' }, { address: '10.0.0.1' }] }, 1],
  [
    'a bad port in an endpoint',
    { resolution: 'STATIC', endpoints: [{ address: '10.0.0.2', ports: { http: 0 } }, { address: '10.0.0.1' }] },
    1,
  ],
])('%s costs that endpoint', (_, spec, left) => {
  expect((entry(spec).spec as { endpoints: unknown[] }).endpoints).toHaveLength(left);
});

test.each([
  ['NONE with endpoints', { endpoints: [{ address: '10.0.0.1' }] }],
  ['DNS for a wildcard', { hosts: ['*.a.com'], resolution: 'DNS' }],
  ['an unknown resolution', { resolution: 'STATC' }],
  ['a bad address', { addresses: ['10.0.0.0/99'] }],
  ['the host *', { hosts: ['*'] }],
  ['a bad exportTo', { exportTo: ['A'] }],
])('%s costs the ServiceEntry', (_, spec) => {
  const { spec: left, told } = entry(spec);
  expect(left).toBeUndefined();
  expect(told).toHaveLength(1);
});

test('a workload that is nowhere is lost', () => {
  expect(parse('WorkloadEntry', { labels: { app: 'a' } })).toMatchObject({
    spec: undefined,
    told: ['error spec.address is required where there is no network'],
  });
});
