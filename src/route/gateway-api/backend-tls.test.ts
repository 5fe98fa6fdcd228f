import { expect, test } from 'vitest';
import { world } from '../testing.ts';
import { backendPort } from './backend-tls.ts';

const SERVICES = ['cart', 'pay']
  .map(
    (name) => `---
{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: shop}, spec: {ports: [{name: tls, port: 443}, {name: other, port: 444}]}}`,
  )
  .join('\n');

function policy(name: string, targets: string, created = '2026-01-01T00:00:00Z'): string {
  return `---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: ${name}, namespace: shop, creationTimestamp: '${created}'}
spec:
  targetRefs: ${targets}
  validation: {hostname: ${name}.example.com, wellKnownCACertificates: System}
`;
}

function cart(more = ''): string {
  return `[{group: '', kind: Service, name: cart${more}}]`;
}

function said(yaml: string) {
  const { backendTls } = world(...(SERVICES + yaml).split('---\n').filter((text) => text.trim() !== '')).routing
    .gatewayApi;
  const at = (service: string, port: string) => {
    const tls = backendTls.of(backendPort(`shop/${service}`, port))?.tls;
    return tls && 'sni' in tls ? tls.sni : tls?.mode;
  };
  const state = (name: string) => backendTls.state(`shop/${name}`)?.accepted.reason;
  return { at, state };
}

test('a policy for a port holds there, and one for the Service everywhere else', () => {
  const { at, state } = said(policy('all', cart()) + policy('one', cart(', sectionName: other')));
  expect([at('cart', 'tls'), at('cart', 'other'), at('pay', 'tls')]).toEqual([
    'all.example.com',
    'one.example.com',
    undefined,
  ]);
  expect([state('all'), state('one')]).toEqual(['Accepted', 'Accepted']);
});

test('of two policies for the same the older holds, and the other is told', () => {
  const { at, state } = said(policy('a', cart()) + policy('b', cart(), '2025-01-01T00:00:00Z'));
  expect(at('cart', 'tls')).toBe('b.example.com');
  expect([state('a'), state('b')]).toEqual(['Conflicted', 'Accepted']);
});

test.each([
  ['TargetNotFound', "[{group: '', kind: Service, name: nobody}]"],
  ['TargetNotFound', cart(', sectionName: nowhere')],
  ['Invalid', '[{group: example.com, kind: Shop, name: cart}]'],
])('%s is told of what is nothing to be about', (reason, targets) => {
  expect(said(policy('a', targets)).state('a')).toBe(reason);
});

test('targets that cannot be read close every Service of the namespace that no other policy names', () => {
  const { at, state } = said(policy('a', '[{group: "", kind: Service, nmae: cart}]') + policy('b', cart()));
  expect(at('cart', 'tls')).toBe('b.example.com');
  expect(at('pay', 'tls')).toBe('impossible');
  expect(state('a')).toBe('Invalid');
});
