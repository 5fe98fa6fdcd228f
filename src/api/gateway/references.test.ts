import { expect, test } from 'vitest';
import { linkerdParentOf } from '../linkerd/http-route.ts';
import { pathOf } from './http-match.ts';
import { matchesOf } from './http-rule.ts';
import { backendOf, parentOf, secretOf } from './references.ts';

test('a parent is a Gateway in the namespace of its route, unless it says otherwise', () => {
  const group = 'gateway.networking.k8s.io';
  expect(parentOf({ name: 'a' }, 'shop')).toEqual({ group, kind: 'Gateway', namespace: 'shop', name: 'a' });
  const service = { group: '', kind: 'Service', namespace: 'web', name: 'a', port: 80, sectionName: 'b' };
  expect(parentOf(service, 'shop')).toEqual(service);
});

test("a parent of Linkerd's own routes is of Linkerd's group, and core is Kubernetes'", () => {
  expect(linkerdParentOf({ kind: 'Server', name: 'a' }, 'shop')).toMatchObject({ group: 'policy.linkerd.io' });
  expect(linkerdParentOf({ group: 'core', kind: 'Service', name: 'a' }, 'shop')).toMatchObject({ group: '' });
});

test('a backend is a Service, and a certificate a Secret, unless it says otherwise', () => {
  expect(backendOf({ name: 'a', port: 1 }, 'shop')).toEqual({
    group: '',
    kind: 'Service',
    namespace: 'shop',
    name: 'a',
    port: 1,
  });
  expect(secretOf({ name: 'a', namespace: 'web' }, 'shop')).toEqual({
    group: '',
    kind: 'Secret',
    namespace: 'web',
    name: 'a',
  });
});

test('a rule without matches, and a match without a path, are for every request', () => {
  expect(matchesOf({}).map(pathOf)).toEqual([{ type: 'PathPrefix', value: '/' }]);
  expect(matchesOf({ matches: [] })).toEqual([{}]);
  expect(pathOf({ path: { type: 'Exact', value: '/a' } })).toEqual({ type: 'Exact', value: '/a' });
});
