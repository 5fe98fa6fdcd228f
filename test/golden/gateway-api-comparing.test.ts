import { expect, test } from 'vitest';
import type { RawObject } from '../../src/api/index.ts';
import type { Condition, ObjectStatus } from '../../src/status/index.ts';
import { compareStatus } from '../support/gateway-api/compare-status.ts';
import { objectsIn, unfilled } from '../support/gateway-api/macros.ts';

const ROUTE: RawObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'cart', namespace: 'shop', generation: 2 },
};

const ACCEPTED: Condition = {
  type: 'Accepted',
  status: 'True',
  reason: 'Accepted',
  message: 'well done',
  observedGeneration: 2,
};

function parent(parentRef: object, ...conditions: readonly Condition[]) {
  return { parentRef: { ...parentRef }, controllerName: 'pharos.dev/gateway-controller', conditions };
}

function wrong(expected: Parameters<typeof compareStatus>[0], status: ObjectStatus | undefined): readonly string[] {
  return compareStatus(expected, [ROUTE], (key) => (key.endsWith('/cart') ? status : undefined));
}

test('parents are complete, whatever their order, and named as one writes them', () => {
  const status = {
    parents: [
      parent({ name: 'public', sectionName: 'http', port: 80 }, ACCEPTED),
      parent({ kind: 'Service', name: 'cart', namespace: 'mesh', port: 80 }, ACCEPTED),
    ],
  };
  const well = { Accepted: 'True/Accepted' };
  const both = { 'Service mesh/cart:80': well, 'Gateway shop/public#http:80': well };
  expect(wrong({ 'HTTPRoute shop/cart': { parents: both } }, status)).toEqual([]);
  expect(wrong({ 'HTTPRoute shop/cart': { parents: { 'Service mesh/cart:80': well } } }, status)).toEqual([
    'HTTPRoute shop/cart: parents should be Service mesh/cart:80, not Gateway shop/public#http:80, Service mesh/cart:80',
  ]);
  expect(wrong({ 'HTTPRoute shop/cart': { parents: both } }, undefined)).toEqual([
    'HTTPRoute shop/cart: parents should be Gateway shop/public#http:80, Service mesh/cart:80, not none',
  ]);
  expect(wrong({ 'HTTPRoute shop/cart': { parents: {} } }, undefined)).toEqual([]);
});

test('a condition has its reason, the generation of its object, and is there once or not at all', () => {
  const late = { ...ACCEPTED, status: 'False', reason: 'Pending', message: 'not yet', observedGeneration: 1 } as const;
  const status = { conditions: [ACCEPTED, late, { ...ACCEPTED, type: 'Programmed', status: 'Unknown' } as const] };
  const expected = { Accepted: 'True/Accepted', Programmed: 'True/Programmed', Conflicted: 'absent' };
  expect(wrong({ 'HTTPRoute shop/cart': expected }, status)).toEqual([
    'HTTPRoute shop/cart: Programmed should be True/Programmed, not Unknown/Accepted (well done)',
    'HTTPRoute shop/cart: Accepted is there twice',
    'HTTPRoute shop/cart: observedGeneration of Accepted should be 2, not 1',
  ]);
  expect(wrong({ 'HTTPRoute shop/cart': { Accepted: 'absent', ResolvedRefs: 'True/ResolvedRefs' } }, status)).toEqual(
    expect.arrayContaining([
      'HTTPRoute shop/cart: Accepted should be absent, not True/Accepted (well done)',
      'HTTPRoute shop/cart: ResolvedRefs should be True/ResolvedRefs, not absent',
    ]),
  );
});

test('listeners and their kinds are complete; features are some of those that there are', () => {
  const kinds = ['HTTPRoute', 'GRPCRoute'].map((kind) => ({ group: 'gateway.networking.k8s.io', kind }));
  const status = {
    addresses: [{ type: 'IPAddress', value: '127.20.0.1' }],
    attachedListenerSets: 1,
    listeners: [{ name: 'http', supportedKinds: kinds, attachedRoutes: 1, conditions: [] }],
    supportedFeatures: [{ name: 'Gateway' }, { name: 'HTTPRoute' }],
  };
  const listener = { attachedRoutes: 1, supportedKinds: ['GRPCRoute', 'HTTPRoute'] };
  const well = { addresses: ['IPAddress 127.20.0.1'], attachedListenerSets: 1, listeners: { http: listener } };
  expect(wrong({ 'HTTPRoute shop/cart': { ...well, supportedFeatures: ['HTTPRoute'] } }, status)).toEqual([]);
  const others = { http: { attachedRoutes: 2, supportedKinds: [] }, https: {} };
  const bad = { addresses: [], attachedListenerSets: 0, listeners: others, supportedFeatures: ['Mesh'] };
  expect(wrong({ 'HTTPRoute shop/cart': bad }, status)).toEqual([
    'HTTPRoute shop/cart: addresses should be none, not IPAddress 127.20.0.1',
    'HTTPRoute shop/cart: attachedListenerSets should be 0, not 1',
    'HTTPRoute shop/cart: Mesh should be among supportedFeatures',
    'HTTPRoute shop/cart: listeners should be http, https, not http',
    'HTTPRoute shop/cart: listener http: attachedRoutes should be 2, not 1',
    'HTTPRoute shop/cart: listener http: supportedKinds should be none, not GRPCRoute, HTTPRoute',
  ]);
});

test('an object may have no status at all, if that is what is expected', () => {
  expect(wrong({ 'HTTPRoute shop/cart': 'none' }, undefined)).toEqual([]);
  expect(wrong({ 'HTTPRoute shop/cart': 'none' }, { parents: [] })).toHaveLength(1);
  expect(wrong({ 'GatewayClass pharos': { Accepted: 'True/Accepted' } }, undefined)).toEqual([
    'GatewayClass pharos: has no status',
  ]);
});

test('macros are whole texts, quoted or not, and base64 in the data of Secrets', () => {
  const good = { crt: 'C\n', key: 'K\n', ca: 'A\n' };
  const written =
    'kind: Secret\nstringData: { a: ${good.crt}, b: "${good.key}" }\ndata: { c: ${good.ca}, d: "eA==" }\n';
  const [secret] = objectsIn(written, { good });
  expect(secret).toMatchObject({ stringData: { a: 'C\n', b: 'K\n' }, data: { c: 'QQo=', d: 'eA==' } });
  const [map] = objectsIn('kind: ConfigMap\ndata: { ca.crt: ${good.ca} }\n', { good });
  expect(map).toMatchObject({ data: { 'ca.crt': 'A\n' } });
  expect(() => objectsIn('kind: ConfigMap\ndata: { ca.crt: ${bad.ca} }\n', { good })).toThrow('no certificate bad');
  expect(unfilled('${good.other}')).toBe('${good.other}');
});
