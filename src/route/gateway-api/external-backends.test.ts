import { expect, test } from 'vitest';
import type { RawObject } from '../../api/index.ts';
import { type BackendAsked, backendKey } from './backend.ts';
import { object, world, yaml } from './world.fixture.ts';

const OUTSIDE = 'gateway.networking.x-k8s.io';

test('a backend outside has one port, and a reference may name it', () => {
  const { api } = world([external('shop/pay')]);
  const port = (number: number | undefined) => api.backend(askedBy({ kind: 'HTTPRoute' }, number)).kind;
  expect([port(undefined), port(443), port(80)]).toEqual(['external', 'external', 'broken']);
});

test.each([
  [undefined, 'HTTPRoute', 'http'],
  [undefined, 'GRPCRoute', 'http2'],
  ['HTTP', 'GRPCRoute', 'http2'],
  ['HTTP11', 'HTTPRoute', 'http1'],
  ['HTTP11', 'GRPCRoute', 'UnsupportedProtocol'],
  ['H2C', 'HTTPRoute', 'http2'],
  ['MCP', 'HTTPRoute', 'http'],
  ['MCP', 'GRPCRoute', 'UnsupportedProtocol'],
  ['TCP', 'HTTPRoute', 'UnsupportedProtocol'],
  ['TCP', 'TCPRoute', 'bytes'],
  ['HTTP', 'TLSRoute', 'bytes'],
  [undefined, 'UDPRoute', 'UnsupportedProtocol'],
])('what speaks %s is called by a %s as %s', (protocol, kind, spoken) => {
  const { api } = world([external('shop/pay', { protocol })]);
  const found = api.backend(askedBy({ kind }));
  expect(found.kind === 'external' ? found.to.speaks : found.kind === 'broken' && found.reason).toBe(spoken);
});

test('what a client encrypted in the mesh is not encrypted once more', () => {
  const { api } = world([external('shop/pay', { tls: { mode: 'ServerOnly' } })]);
  expect(api.backend(askedBy({ kind: 'TLSRoute', inMesh: true }))).toMatchObject({ to: { speaks: 'sealed' } });
});

test('routes of other namespaces need a grant for what is outside, in the mesh as well', () => {
  const { api, put } = world([external('shop/pay')]);
  const asked = askedBy({ kind: 'HTTPRoute', namespace: 'till', inMesh: true });
  expect(api.backend(asked)).toMatchObject({ reason: 'RefNotPermitted' });
  put(grant('HTTPRoute', 'till', 'shop', `{ group: ${OUTSIDE}, kind: XBackend }`));
  expect(api.backend(asked)).toMatchObject({ kind: 'external' });
});

test.each([
  ['no tls', undefined, 'disable'],
  ['mode None', { mode: 'None' }, 'disable'],
  ['mode None and a validation', { mode: 'None', validation: SYSTEM() }, 'impossible'],
  ['an authority that is not there', { mode: 'ServerOnly', validation: MISSING() }, 'impossible'],
  ['a certificate that is not there', { mode: 'ClientAndServer', clientCertificateRef: { name: 'x' } }, 'impossible'],
])('with %s nobody connects otherwise than it says', (_, tls, mode) => {
  const { api } = world([external('shop/pay', { tls })]);
  expect(api.external.of('shop/pay')?.tls.mode).toBe(mode);
});

test('who does not say whom to believe means its own host, as the world knows it', () => {
  const { api } = world([external('shop/pay', { tls: { mode: 'ServerOnly' } })]);
  expect(api.external.of('shop/pay')?.tls).toEqual({
    mode: 'simple',
    sni: 'api.pay.example',
    subjectAltNames: ['api.pay.example'],
    trust: { from: 'system', crl: undefined },
  });
});

test('a certificate of another namespace is shown only with a grant', () => {
  const tls = { mode: 'ClientAndServer', clientCertificateRef: { name: 'pay', namespace: 'vault' } };
  const { api } = world([external('shop/pay', { tls })]);
  expect(api.external.state('shop/pay')?.resolvedRefs).toMatchObject({
    reason: 'RefNotPermitted',
    path: 'spec.tls.clientCertificateRef',
  });
});

function SYSTEM() {
  return { hostname: 'pay.example', wellKnownCACertificates: 'System' };
}

function MISSING() {
  return { hostname: 'pay.example', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'x' }] };
}

function external(row: string, rest: Readonly<Record<string, unknown>> = {}): RawObject {
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const spec = { type: 'ExternalHostname', externalHostname: { hostname: 'api.pay.example' }, port: { port: 443 } };
  return object(`${OUTSIDE}/v1alpha1`, 'XBackend', row, { spec: { ...spec, ...said } });
}

function askedBy(from: Partial<BackendAsked['from']>, port?: number): string {
  const to = { group: OUTSIDE, kind: 'XBackend', namespace: 'shop', name: 'pay', port };
  return backendKey({ from: { kind: 'HTTPRoute', namespace: 'shop', ...from }, to });
}

function grant(kind: string, from: string, to: string, target: string): RawObject {
  return yaml(`{
    apiVersion: gateway.networking.k8s.io/v1, kind: ReferenceGrant, metadata: { name: g, namespace: ${to} },
    spec: { from: [{ group: gateway.networking.k8s.io, kind: ${kind}, namespace: ${from} }], to: [${target}] } }`)[0]!;
}
