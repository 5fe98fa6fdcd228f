import { expect, test } from 'vitest';
import type { ClientTls, Protocol, Service, TrafficPolicy, Trust } from '../../mesh/index.ts';
import { encode } from '../../proto/index.ts';
import { fakeService } from '../fake-mesh.ts';
import { buildSecurity, fromRequest, type Security } from './security.ts';
import { RAW_BUFFER } from './transport.ts';

const CART = 'spiffe://cluster.local/ns/shop/sa/cart';
const UNSAID: TrafficPolicy = {
  origin: undefined,
  loadBalancer: undefined,
  warmup: undefined,
  connectionPool: {},
  outlierDetection: undefined,
  proxyProtocol: undefined,
  tls: undefined,
};
const PEER = { sni: undefined, subjectAltNames: [] };
const SYSTEM: Trust = { from: 'system', crl: undefined };
const SIMPLE: ClientTls = { mode: 'simple', ...PEER, trust: SYSTEM };

type Over = Partial<Security> & {
  readonly protocol?: Protocol;
  readonly service?: Partial<Service>;
  readonly discovery?: 'EDS' | 'ORIGINAL_DST';
  readonly policy?: Partial<TrafficPolicy>;
};

/** Of port 80 of `cart`, for a sidecar with a certificate, unless said otherwise. */
function security({ protocol = 'http', service = {}, discovery = 'EDS', policy = {}, ...over }: Over = {}) {
  const built = buildSecurity({
    service: fakeService('cart', service),
    port: { number: 80, name: 'p', protocol },
    subset: 'v1',
    discovery,
    policy: { ...UNSAID, ...policy },
    secrets: 'ads',
    credentials: undefined,
    isAutomatic: true,
    identities: [CART],
    takesMtls: () => true,
    allTakeMtls: true,
    otherTls: {},
    ...over,
  });
  expect(encode('cds', { name: 'c', ...built })).toMatchObject({ version: expect.any(String) });
  const matches = built.transportSocketMatches ?? [];
  const socket = (built.transportSocket ?? matches[0]?.transportSocket)?.typedConfig as Socket | undefined;
  return { ...built, matches, socket, tls: socket?.commonTlsContext };
}

interface Socket {
  readonly sni?: string;
  readonly transportSocket?: { readonly name: string };
  readonly commonTlsContext?: {
    readonly alpnProtocols?: readonly string[];
    readonly validationContext?: { readonly verifyCertificateHash?: readonly string[]; readonly trustedCa?: object };
    readonly combinedValidationContext?: {
      readonly defaultValidationContext: object;
      readonly validationContextSdsSecretConfig: { readonly name: string };
    };
  };
}

const isImpossible = (over: Over): boolean =>
  security(over).tls?.validationContext?.verifyCertificateHash !== undefined;

test('mutual TLS is for endpoints that say so, and others are called in plain text', () => {
  const { matches, socket, tls } = security();
  expect(matches.map(({ name, match }) => [name, match])).toEqual([
    ['tlsMode-istio', { tlsMode: 'istio' }],
    ['tlsMode-disabled', {}],
  ]);
  expect(matches[1]?.transportSocket).toEqual(RAW_BUFFER);
  expect(socket?.sni).toBe('outbound_.80_.v1_.cart.shop.svc.cluster.local');
  expect(tls?.combinedValidationContext?.defaultValidationContext).toEqual({ matchSubjectAltNames: [{ exact: CART }] });
});

test.each<[string, Over]>([
  ['who has no certificate', { secrets: undefined }],
  ['where the mesh does not want it', { isAutomatic: false }],
  ['to a service outside the mesh', { service: { external: true } }],
  ['to who was going elsewhere, if one of them cannot', { discovery: 'ORIGINAL_DST', allTakeMtls: false }],
  ['where the rule says so', { policy: { tls: { mode: 'disable' } } }],
])('nothing is encrypted of itself by or for: %s', (_, over) => {
  expect(security(over)).toMatchObject({ transportSocket: undefined, matches: [] });
});

test('to who was going elsewhere everything is encrypted, if all of them can', () => {
  const { transportSocket, matches } = security({ discovery: 'ORIGINAL_DST' });
  expect([transportSocket?.name, matches]).toEqual(['envoy.transport_sockets.tls', []]);
});

test.each<[string, Over, readonly string[] | undefined]>([
  ['HTTP/1.1', {}, ['istio']],
  ['TCP', { protocol: 'tcp' }, ['istio']],
  ['gRPC', { protocol: 'grpc' }, ['istio', 'h2']],
  ['an upgrade', { policy: { connectionPool: { h2Upgrade: 'upgrade' } } }, ['istio', 'h2']],
  // Else the server would choose HTTP/2 for a connection on which the client speaks HTTP/1.1.
  ['what the client speaks', { protocol: 'http2', policy: { connectionPool: { useClientProtocol: true } } }, ['istio']],
  ['what is detected', { protocol: 'auto' }, undefined],
  ['what is detected, of a headless service', { protocol: 'auto', service: { resolution: 'passthrough' } }, ['istio']],
  [
    'what is detected, by another name',
    { protocol: 'auto', policy: { tls: { mode: 'mesh', ...PEER, sni: 'a.example' } } },
    ['istio'],
  ],
])('for %s is offered what the other end can tell apart', (_, over, alpn) => {
  expect(security(over).tls?.alpnProtocols).toEqual(alpn);
});

test('what the rule says of workloads holds for all endpoints, with its own names', () => {
  const tls: ClientTls = { mode: 'mesh', sni: 'a.example', subjectAltNames: ['spiffe://other/cart'] };
  const { matches, socket, tls: context } = security({ policy: { tls } });
  expect([matches, socket?.sni]).toEqual([[], 'a.example']);
  expect(context?.combinedValidationContext?.defaultValidationContext).toEqual({
    matchSubjectAltNames: [{ exact: 'spiffe://other/cart' }],
  });
});

const secret: Trust = { from: 'secret', name: 'cart', crl: undefined };
const mutual: ClientTls = { mode: 'mutual', ...PEER, trust: secret, certificate: { from: 'secret', name: 'cart' } };
const HAS_ALL = { hasPair: () => true, hasAuthorities: () => true };

test.each<[string, Over]>([
  [
    'a certificate of the mesh that the proxy does not have',
    { secrets: undefined, policy: { tls: { mode: 'mesh', ...PEER } } },
  ],
  ['a Secret that a sidecar may not have', { policy: { tls: mutual } }],
  ['a Secret without a key', { credentials: { ...HAS_ALL, hasPair: () => false }, policy: { tls: mutual } }],
  [
    'a Secret without authorities',
    { credentials: { ...HAS_ALL, hasAuthorities: () => false }, policy: { tls: mutual } },
  ],
])('what needs %s does not connect at all', (_, over) => {
  expect(isImpossible(over)).toBe(true);
});

test('a gateway has what its Secrets have', () => {
  const { tls } = security({ credentials: HAS_ALL, policy: { tls: mutual } });
  expect(tls?.combinedValidationContext?.validationContextSdsSecretConfig.name).toBe('kubernetes://cart-cacert');
});

test('the PROXY protocol comes before TLS, and before plain text', () => {
  const inside = security({ policy: { proxyProtocol: 'V1' } }).matches.map(
    ({ transportSocket }) => (transportSocket?.typedConfig as Socket | undefined)?.transportSocket?.name,
  );
  expect(inside).toEqual(['envoy.transport_sockets.tls', 'envoy.transport_sockets.raw_buffer']);
});

test('without an authority of its own a rule believes those of the system', () => {
  expect(security({ policy: { tls: SIMPLE } }).tls?.validationContext).toMatchObject({
    trustedCa: { filename: '/etc/ssl/certs/ca-certificates.crt' },
  });
  const served = security({ secrets: 'agent', policy: { tls: SIMPLE } }).tls?.combinedValidationContext;
  expect(served?.validationContextSdsSecretConfig.name).toBe('file-root:system');
});

test('nobody is looked at where the rule says so', () => {
  const { tls } = security({ policy: { tls: { mode: 'simple', ...PEER, trust: { from: 'anywhere' } } } });
  expect([tls?.validationContext, tls?.combinedValidationContext]).toEqual([undefined, undefined]);
});

test('a certificate must be for the host of the request, unless the rule or the service names others', () => {
  const cart = fakeService('cart');
  const named = fakeService('cart', { subjectAltNames: ['a.example'] });
  expect(fromRequest(cart, SIMPLE)).toEqual({ autoSni: true, autoSanValidation: true });
  expect(fromRequest(named, SIMPLE)).toEqual({ autoSni: true, autoSanValidation: false });
  expect(fromRequest(cart, { ...SIMPLE, subjectAltNames: ['b.example'] })).toMatchObject({ autoSanValidation: false });
  expect(fromRequest(cart, { ...SIMPLE, trust: { from: 'anywhere' } })).toMatchObject({ autoSanValidation: false });
  expect(fromRequest(cart, { ...SIMPLE, sni: 'a.example' })).toBeUndefined();
  expect(fromRequest(cart, { mode: 'mesh', ...PEER })).toBeUndefined();
});
