import { expect, test } from 'vitest';
import { numberedPort } from './grpc-backends.ts';
import { kubernetes, object, route, world } from './world.fixture.ts';

const backendRef = { name: 'tea', port: 80 };
const asking = (protocol: string, rest: object) => ({
  filters: [{ type: 'ExternalAuth', externalAuth: { protocol, ...rest, backendRef } }],
});

test.each([
  ['a GRPCRoute sends there', route('GRPCRoute', 'shop/r', ['g'], { rules: [{ backendRefs: [backendRef] }] }), true],
  ['an HTTPRoute sends there', route('HTTPRoute', 'shop/r', ['g'], { rules: [{ backendRefs: [backendRef] }] }), false],
  ['a route asks there by gRPC', route('HTTPRoute', 'shop/r', ['g'], { rules: [asking('GRPC', { grpc: {} })] }), true],
  ['a route asks there by HTTP', route('HTTPRoute', 'shop/r', ['g'], { rules: [asking('HTTP', { http: {} })] }), false],
])('gRPC is spoken at a port if %s', (_, one, expected) => {
  const { api } = world([one]);
  expect(api.isGrpcBackend(numberedPort('shop/tea', 80))).toBe(expected);
  expect(api.isGrpcBackend(numberedPort('shop/tea', 81))).toBe(false);
});

test('how a port is called is decided in its namespace, or by whom it has a grant for', () => {
  const foreign = route('GRPCRoute', 'evil/r', ['g'], {
    rules: [{ backendRefs: [{ ...backendRef, namespace: 'shop' }] }],
  });
  const grant = kubernetes('ReferenceGrant', 'shop/grant', {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'GRPCRoute', namespace: 'evil' }],
    to: [{ group: '', kind: 'Service', name: 'tea' }],
  });
  const { api, put } = world([foreign]);
  expect(api.isGrpcBackend(numberedPort('shop/tea', 80))).toBe(false);
  put(grant);
  expect(api.isGrpcBackend(numberedPort('shop/tea', 80))).toBe(true);
});

test('a backend outside that is asked by gRPC is asked over HTTP/2', () => {
  const outside = { group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'judge' };
  const filter = { type: 'ExternalAuth', externalAuth: { protocol: 'GRPC', grpc: {}, backendRef: outside } };
  const { api } = world([
    kubernetes('Gateway', 'shop/g', {
      gatewayClassName: 'pharos',
      listeners: [{ name: 'h', port: 80, protocol: 'HTTP' }],
    }),
    object('gateway.networking.x-k8s.io/v1alpha1', 'XBackend', 'shop/judge', {
      spec: { type: 'ExternalHostname', externalHostname: { hostname: 'judge.example' }, port: { port: 443 } },
    }),
    route('HTTPRoute', 'shop/r', ['g'], { rules: [{ filters: [filter] }] }),
  ]);
  expect(api.external.atGateway('shop/g').map(({ speaks }) => speaks)).toEqual(['http2']);
});
