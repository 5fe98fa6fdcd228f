import { expect, test } from 'vitest';
import { BOOKS, CA, CRL, SHOP } from '../../../test/support/certificates.ts';
import type { RawObject } from '../../api/index.ts';
import type { Listener } from './gateway-api.ts';
import { gateway, kubernetes, listener, object, shown, world } from './world.fixture.ts';

const PAIR = { 'tls.crt': SHOP.cert, 'tls.key': SHOP.key };
const secret = (row: string, stringData: Record<string, string>): RawObject =>
  object('v1', 'Secret', row, { stringData });
const configMap = (row: string, data: Record<string, string>): RawObject => object('v1', 'ConfigMap', row, { data });
const grant = (row: string, from: object, to: object): RawObject =>
  kubernetes('ReferenceGrant', row, { from: [from], to: [to] });

function first(objects: readonly RawObject[]): Listener {
  return world(objects).api.listeners('infra/a')[0]!;
}

const https = (...certificateRefs: object[]) =>
  gateway('infra/a', [listener('x', 'HTTPS', 443, { tls: { certificateRefs } })]);
const CERT = { name: 'cert' };
const ELSEWHERE = { name: 'cert', namespace: 'web' };
const FROM = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'infra' };
const TO = { group: '', kind: 'Secret' };

test.each([
  ['a Secret that is there', [https(CERT), secret('infra/cert', PAIR)], 'True/ResolvedRefs', 'True/Programmed'],
  ['a Secret that is not there', [https(CERT)], 'False/InvalidCertificateRef', 'False/Invalid'],
  [
    'a Secret without a certificate',
    [https(CERT), secret('infra/cert', { a: 'b' })],
    'False/InvalidCertificateRef',
    'False/Invalid',
  ],
  [
    'another kind',
    [https({ ...CERT, kind: 'Cert' }), secret('infra/cert', PAIR)],
    'False/InvalidCertificateRef',
    'False/Invalid',
  ],
  [
    'another group',
    [https({ ...CERT, group: 'x.example' }), secret('infra/cert', PAIR)],
    'False/InvalidCertificateRef',
    'False/Invalid',
  ],
  [
    'one of two that is not there',
    [https(CERT, { name: 'other' }), secret('infra/cert', PAIR)],
    'False/InvalidCertificateRef',
    'True/Programmed',
  ],
  ['another namespace', [https(ELSEWHERE), secret('web/cert', PAIR)], 'False/RefNotPermitted', 'False/Invalid'],
  [
    'another namespace that lets it',
    [https(ELSEWHERE), secret('web/cert', PAIR), grant('web/g', FROM, TO)],
    'True/ResolvedRefs',
    'True/Programmed',
  ],
  [
    'another namespace that lets it have this one',
    [https(ELSEWHERE), secret('web/cert', PAIR), grant('web/g', FROM, { ...TO, name: 'cert' })],
    'True/ResolvedRefs',
    'True/Programmed',
  ],
  [
    'a grant for another name',
    [https(ELSEWHERE), secret('web/cert', PAIR), grant('web/g', FROM, { ...TO, name: 'c' })],
    'False/RefNotPermitted',
    'False/Invalid',
  ],
  [
    'a grant for another kind of object',
    [https(ELSEWHERE), secret('web/cert', PAIR), grant('web/g', FROM, { ...TO, kind: 'Service' })],
    'False/RefNotPermitted',
    'False/Invalid',
  ],
  [
    'a grant for ListenerSets',
    [https(ELSEWHERE), secret('web/cert', PAIR), grant('web/g', { ...FROM, kind: 'ListenerSet' }, TO)],
    'False/RefNotPermitted',
    'False/Invalid',
  ],
  [
    'a grant for another namespace',
    [https(ELSEWHERE), secret('web/cert', PAIR), grant('web/g', { ...FROM, namespace: 'x' }, TO)],
    'False/RefNotPermitted',
    'False/Invalid',
  ],
  [
    'a grant that lies elsewhere',
    [https(ELSEWHERE), secret('web/cert', PAIR), grant('infra/g', FROM, TO)],
    'False/RefNotPermitted',
    'False/Invalid',
  ],
] as const)('a certificate from %s', (_, objects, resolvedRefs, programmed) => {
  const found = first(objects);
  expect([found.resolvedRefs, found.programmed].map(shown)).toEqual([resolvedRefs, programmed]);
  expect(shown(found.accepted)).toBe('True/Accepted');
  expect(found.tls !== undefined).toBe(found.programmed.ok);
});

test('certificates are named with their namespace', () => {
  const found = first([https(ELSEWHERE), secret('web/cert', PAIR), grant('web/g', FROM, TO)]);
  expect(found.tls).toMatchObject({
    mode: 'certificates',
    client: 'none',
    certificates: [{ from: 'secret', name: 'cert', namespace: 'web' }],
  });
});

test.each([
  ['HTTP', {}, ['HTTPRoute', 'GRPCRoute'], 'True/ResolvedRefs'],
  ['TLS', { tls: { mode: 'Passthrough' } }, ['TLSRoute'], 'True/ResolvedRefs'],
  ['TCP', {}, ['TCPRoute'], 'True/ResolvedRefs'],
  ['UDP', {}, ['UDPRoute'], 'True/ResolvedRefs'],
  ['HTTP', { allowedRoutes: { kinds: [{ kind: 'HTTPRoute' }] } }, ['HTTPRoute'], 'True/ResolvedRefs'],
  [
    'HTTP',
    { allowedRoutes: { kinds: [{ kind: 'X' }, { kind: 'HTTPRoute' }] } },
    ['HTTPRoute'],
    'False/InvalidRouteKinds',
  ],
  ['HTTP', { allowedRoutes: { kinds: [{ kind: 'TLSRoute' }] } }, [], 'False/InvalidRouteKinds'],
  ['HTTP', { allowedRoutes: { kinds: [{ kind: 'HTTPRoute', group: 'x.example' }] } }, [], 'False/InvalidRouteKinds'],
  ['SCTP', {}, [], 'True/ResolvedRefs'],
] as const)('routes that %s %j takes', (protocol, rest, kinds, resolvedRefs) => {
  const found = first([gateway('infra/a', [listener('x', protocol, 80, rest)])]);
  expect([found.supportedKinds, shown(found.resolvedRefs)]).toEqual([kinds, resolvedRefs]);
  expect(found.programmed.ok).toBe(kinds.length > 0);
});

test('of a protocol that nobody speaks the listener is not accepted, and the Gateway if it has another', () => {
  const x = listener('x', 'SCTP', 1);
  const alone = world([gateway('infra/a', [x])]).api;
  const beside = world([gateway('infra/a', [x, listener('y', 'HTTP', 80)])]).api;
  expect(shown(alone.listeners('infra/a')[0]!.accepted)).toBe('False/UnsupportedProtocol');
  expect(shown(alone.gateway('infra/a')!.accepted)).toBe('False/ListenersNotValid');
  expect(shown(beside.gateway('infra/a')!.accepted)).toBe('True/ListenersNotValid');
  expect(shown(beside.gateway('infra/a')!.programmed)).toBe('False/AddressNotAssigned');
});

const REF = { group: '', kind: 'ConfigMap', name: 'ca' };
const asking = (validation: object, perPort?: object): RawObject =>
  gateway('infra/a', [listener('x', 'HTTPS', 443, { tls: { certificateRefs: [CERT] } })], {
    tls: { frontend: { default: { validation }, ...(perPort && { perPort: [perPort] }) } },
  });

test.each([
  ['a ConfigMap', [REF], [configMap('infra/ca', { 'ca.crt': CA })], 'True/Accepted', 'True/ResolvedRefs', 'required'],
  [
    'a Secret',
    [{ ...REF, kind: 'Secret' }],
    [secret('infra/ca', { 'ca.crt': CA })],
    'True/Accepted',
    'True/ResolvedRefs',
    'required',
  ],
  ['nothing', [REF], [], 'False/NoValidCACertificate', 'False/InvalidCACertificateRef', undefined],
  [
    'a ConfigMap without ca.crt',
    [REF],
    [configMap('infra/ca', { a: CA })],
    'False/NoValidCACertificate',
    'False/InvalidCACertificateRef',
    undefined,
  ],
  [
    'a ConfigMap with no certificate',
    [REF],
    [configMap('infra/ca', { 'ca.crt': 'x' })],
    'False/NoValidCACertificate',
    'False/InvalidCACertificateRef',
    undefined,
  ],
  [
    'another kind',
    [{ ...REF, kind: 'Service' }],
    [],
    'False/NoValidCACertificate',
    'False/InvalidCACertificateKind',
    undefined,
  ],
  [
    'another namespace',
    [{ ...REF, namespace: 'web' }],
    [configMap('web/ca', { 'ca.crt': CA })],
    'False/NoValidCACertificate',
    'False/RefNotPermitted',
    undefined,
  ],
  [
    'one of two',
    [REF, { ...REF, name: 'b' }],
    [configMap('infra/ca', { 'ca.crt': CA })],
    'True/Accepted',
    'False/InvalidCACertificateRef',
    'required',
  ],
  [
    'a Secret with a revocation list',
    [{ ...REF, kind: 'Secret' }],
    [secret('infra/ca', { 'ca.crt': CA, 'ca.crl': CRL })],
    'False/NoValidCACertificate',
    'False/InvalidCACertificateRef',
    undefined,
  ],
] as const)('clients are checked by %s', (_, caCertificateRefs, objects, accepted, resolvedRefs, client) => {
  const found = first([asking({ caCertificateRefs }), secret('infra/cert', PAIR), ...objects]);
  expect([found.accepted, found.resolvedRefs].map(shown)).toEqual([accepted, resolvedRefs]);
  expect(found.programmed.ok).toBe(client !== undefined);
  if (client) expect(found.tls).toMatchObject({ client, authorities: { from: 'text', pem: CA } });
  else expect(found.tls).toBeUndefined();
});

test('AllowInsecureFallback lets everybody in, and the Gateway says so', () => {
  const { api } = world([
    asking({ caCertificateRefs: [REF], mode: 'AllowInsecureFallback' }),
    secret('infra/cert', PAIR),
    configMap('infra/ca', { 'ca.crt': CA }),
  ]);
  expect(api.listeners('infra/a')[0]!.tls).toMatchObject({ client: 'optional', acceptsUntrusted: true });
  expect(api.gateway('infra/a')!.insecureFrontend).toBe(true);
});

test('what is said of a port holds there in place of the default', () => {
  const objects = [secret('infra/cert', PAIR), configMap('infra/ca', { 'ca.crt': CA })];
  const nobody = first([asking({ caCertificateRefs: [REF] }, { port: 443, tls: {} }), ...objects]);
  const other = first([asking({ caCertificateRefs: [REF] }, { port: 8443, tls: {} }), ...objects]);
  expect([nobody.tls, other.tls]).toMatchObject([{ client: 'none' }, { client: 'required' }]);
});

test('what a Gateway asks of clients is about HTTPS only', () => {
  const tls = { certificateRefs: [CERT] };
  const found = first([
    gateway('infra/a', [listener('x', 'TLS', 443, { tls })], {
      tls: { frontend: { default: { validation: { caCertificateRefs: [REF] } } } },
    }),
    secret('infra/cert', PAIR),
  ]);
  expect(found.tls).toMatchObject({ client: 'none' });
});

const withOptions = (options: Record<string, string>, ...objects: RawObject[]): Listener =>
  first([
    gateway('infra/a', [listener('x', 'HTTPS', 443, { tls: { certificateRefs: [CERT], options } })]),
    secret('infra/cert', { ...PAIR, 'ca.crt': CA }),
    ...objects,
  ]);

test('options choose versions, cipher suites and what clients show', () => {
  const chosen = withOptions({
    'pharos.dev/tls-min-version': '1.2',
    'pharos.dev/tls-cipher-suites': 'AES128-SHA, AES256-SHA',
    'x.example/y': 'z',
  });
  expect(chosen.tls).toMatchObject({
    minVersion: 'TLSv1_2',
    cipherSuites: ['AES128-SHA', 'AES256-SHA'],
    client: 'none',
  });
  const mutual = withOptions({ 'gateway.istio.io/tls-terminate-mode': 'MUTUAL' });
  expect(mutual.tls).toMatchObject({ client: 'required', authorities: { from: 'text', pem: CA } });
  expect(withOptions({ 'gateway.istio.io/tls-terminate-mode': 'ISTIO_MUTUAL' }).tls).toMatchObject({ mode: 'mesh' });
});

test.each([
  [{ 'pharos.dev/tls-min-version': '12' }],
  [{ 'pharos.dev/tls-min-version': '1.3', 'pharos.dev/tls-max-version': '1.2' }],
  [{ 'pharos.dev/tls-cipher-suites': 'NULL' }],
  [{ 'gateway.istio.io/tls-terminate-mode': 'Mutual' }],
])('a listener with options that nobody understands stays closed: %j', (options) => {
  const found = withOptions(options as Record<string, string>);
  expect([shown(found.accepted), found.programmed.ok, found.tls]).toEqual(['False/UnsupportedValue', false, undefined]);
});

const at = (name: string, hostname: string, cert = 'none') =>
  listener(name, 'HTTPS', 443, { hostname, tls: { certificateRefs: [{ name: cert }] } });
const overlapping = (listeners: Parameters<typeof gateway>[1]) =>
  world([
    gateway('infra/a', listeners),
    secret('infra/shop', PAIR),
    secret('infra/books', { 'tls.crt': BOOKS.cert, 'tls.key': BOOKS.key }),
  ])
    .api.listeners('infra/a')
    .map(({ name, overlapping: verdict }) => [name, verdict?.reason]);

test('listeners that end TLS for hosts of both are told so, others are not', () => {
  const passed = listener('d', 'TLS', 443, { hostname: '*.org', tls: { mode: 'Passthrough' } });
  expect(
    overlapping([at('a', 'foo.example.com'), at('b', 'foo.example.org'), at('c', '*.example.com'), passed]),
  ).toEqual([
    ['a', 'OverlappingHostnames'],
    ['b', undefined],
    ['c', 'OverlappingHostnames'],
    ['d', undefined],
  ]);
});

test('listeners with one certificate, or with certificates for one name, are told so', () => {
  const some = [
    at('a', 'a.example', 'shop'),
    at('b', 'b.example', 'shop'),
    at('c', 'c.example', 'books'),
    at('d', '*.example', 'books'),
  ];
  expect(overlapping(some.slice(0, 3))).toEqual([
    ['a', 'OverlappingCertificates'],
    ['b', 'OverlappingCertificates'],
    ['c', undefined],
  ]);
  expect(overlapping(some.slice(1))).toEqual([
    ['b', 'OverlappingHostnames'],
    ['c', 'OverlappingCertificates'],
    ['d', 'OverlappingCertificates'],
  ]);
});

test.each([
  ['nothing', { name: 'client' }, [], 'False/InvalidClientCertificateRef'],
  ['a kind that nobody knows', { name: 'client', kind: 'X' }, [], 'False/InvalidClientCertificateRef'],
  ['another namespace', { name: 'client', namespace: 'web' }, [secret('web/client', PAIR)], 'False/RefNotPermitted'],
  [
    'a Secret',
    { name: 'client' },
    [secret('infra/client', { 'tls.crt': BOOKS.cert, 'tls.key': BOOKS.key })],
    'True/ResolvedRefs',
  ],
] as const)('what a Gateway shows to backends is from %s', (_, clientCertificateRef, objects, expected) => {
  const { api } = world([
    gateway('infra/a', [listener('x', 'HTTP', 80)], { tls: { backend: { clientCertificateRef } } }),
    ...objects,
  ]);
  const state = api.gateway('infra/a')!;
  expect([state.resolvedRefs, state.accepted].map(shown)).toEqual([expected, 'True/Accepted']);
  expect(state.clientCertificate).toBe(expected.startsWith('True') ? 'infra/client' : undefined);
});
