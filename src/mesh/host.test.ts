import { expect, test } from 'vitest';
import { hostMatches, moreSpecific, parseKubernetesHost, resolveHost } from './host.ts';
import { DEFAULT_MESH_CONFIG } from './mesh-config.ts';

test.each([
  ['reviews', 'reviews.shop.svc.cluster.local'],
  ['reviews.other', 'reviews.other'],
  ['reviews.other.svc.cluster.local', 'reviews.other.svc.cluster.local'],
  ['*', '*'],
  ['*.example.com', '*.example.com'],
])('in namespace shop, %s means %s', (host, full) => {
  expect(resolveHost(host, 'shop', DEFAULT_MESH_CONFIG)).toBe(full);
});

test.each([
  ['cart.shop.svc.cluster.local', { namespace: 'shop', name: 'cart' }],
  ['cart.shop.svc.example.org', undefined],
  ['pod-0.cart.shop.svc.cluster.local', undefined],
  ['shop.svc.cluster.local', undefined],
])('%s is the Kubernetes service %o', (host, service) => {
  expect(parseKubernetesHost(host, 'cluster.local')).toEqual(service);
});

test('a wildcard matches hosts below it and narrower wildcards, not its own apex', () => {
  expect(hostMatches('*.example.com', 'a.example.com')).toBe(true);
  expect(hostMatches('*.example.com', '*.a.example.com')).toBe(true);
  expect(hostMatches('*.example.com', 'example.com')).toBe(false);
  expect(hostMatches('*', 'anything')).toBe(true);
});

test('exact comes before wildcard, a long wildcard before a short one', () => {
  const hosts = ['*', '*.com', 'a.example.com', '*.example.com'];
  expect(hosts.sort(moreSpecific)).toEqual(['a.example.com', '*.example.com', '*.com', '*']);
});
