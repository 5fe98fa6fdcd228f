import { expect, test } from 'vitest';
import { services, world } from '../testing.ts';
import { backendKey } from './backend.ts';

const w = world(
  services('shop/cart', 'other/rest', 'other/secret'),
  `{kind: Service, row: shop/dns, spec: {clusterIP: 10.1.0.1, ports: [
    {name: udp, port: 53, protocol: UDP}, {name: tcp, port: 53}, {name: log, port: 514, protocol: UDP}]}}`,
  '{kind: Service, row: shop/outside, spec: {type: ExternalName, externalName: api.example.com, ports: [{port: 80}]}}',
  `{kind: ServiceEntry, row: shop/api, spec: {hosts: [api.example.com], resolution: DNS, ports: [
    {name: http, number: 80, protocol: HTTP}]}}`,
  `{apiVersion: gateway.networking.k8s.io/v1, kind: ReferenceGrant, row: other/grant, spec: {
    from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}],
    to: [{group: '', kind: Service, name: rest}, {group: '', kind: Service, name: nobody}]}}`,
);

function backend(to: string, port: number | undefined, from = 'HTTPRoute') {
  const [kind = '', row = ''] = to.split(' ');
  const [group, plain = kind] = kind.includes('/') ? kind.split('/') : ['', kind];
  const [namespace = '', name = ''] = row.split('/');
  const asked = { group: group!, kind: plain, namespace, name, port };
  return w.routing.gatewayApi.backend(backendKey({ from: { kind: from, namespace: 'shop' }, to: asked }));
}

test.each([
  ['Service shop/cart', 80, 'cart.shop.svc.cluster.local'],
  ['Service other/rest', 80, 'rest.other.svc.cluster.local'],
  ['networking.istio.io/ServiceEntry shop/api', undefined, 'api.example.com'],
  ['networking.istio.io/Hostname shop/api.example.com', 80, 'api.example.com'],
])('%s at port %s is %s', (to, port, host) => {
  expect(backend(to, port)).toMatchObject({ kind: 'service', host, port: 80 });
});

test.each([
  ['Service shop/nobody', 80, 'BackendNotFound', 'Service shop/nobody does not exist'],
  ['Service shop/cart', 81, 'BackendNotFound', 'Service shop/cart has no port 81; it has 80'],
  ['Service other/secret', 80, 'RefNotPermitted', 'no ReferenceGrant in namespace other'],
  ['Service other/hidden', 80, 'RefNotPermitted', 'no ReferenceGrant in namespace other'],
  ['Service other/nobody', 80, 'BackendNotFound', 'Service other/nobody does not exist'],
  ['Service shop/outside', 80, 'InvalidKind', 'ExternalName'],
  ['Service shop/log', 514, 'BackendNotFound', 'does not exist'],
  ['Service shop/dns', 514, 'UnsupportedProtocol', 'port 514 of Service shop/dns is UDP'],
  ['multicluster.x-k8s.io/ServiceImport shop/cart', 80, 'InvalidKind', 'multicluster.x-k8s.io/ServiceImport'],
])('%s at port %s is %s: %s', (to, port, reason, message) => {
  expect(backend(to, port)).toMatchObject({ kind: 'broken', reason, message: expect.stringContaining(message) });
});

test('a port that takes both is for datagrams and for connections', () => {
  expect(backend('Service shop/dns', 53, 'UDPRoute')).toMatchObject({ kind: 'service', port: 53 });
  expect(backend('Service shop/dns', 53, 'TCPRoute')).toMatchObject({ kind: 'service', port: 53 });
  expect(backend('Service shop/cart', 80, 'UDPRoute')).toMatchObject({ reason: 'UnsupportedProtocol' });
});

test('a grant is for the kind of route that it names', () => {
  expect(backend('Service other/rest', 80, 'GRPCRoute')).toMatchObject({ reason: 'RefNotPermitted' });
});
