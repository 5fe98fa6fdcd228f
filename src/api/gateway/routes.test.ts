import { expect, test } from 'vitest';
import { parse } from './parse.fixture.ts';
import { UNREADABLE_HOST, UNREADABLE_REFERENCE } from './unreadable.ts';

const CART = { name: 'cart', port: 80 };
const OTHER = { backendRefs: [CART] };
const ALPHA = 'gateway.networking.k8s.io/v1alpha2';

test.each([
  [{ method: {} }, 'method must have one or both of service, method'],
  [{ method: { type: 'Exact' } }, 'method must have one or both of service, method'],
  [{ method: { service: 'shop/Cart' } }, 'method.service must be a service with its package, like shop.v1.Cart'],
  [{ method: { method: '9' } }, 'method.method must be a method, like GetItems, not "9"'],
  [{ method: { type: 'RegularExpression', method: '(' } }, 'method.method must be a regular expression'],
  [{ headers: [{ name: 'a', value: '' }] }, 'headers[0].value must have between 1 and 4096 characters'],
])('a match %j of calls is wrong, and costs the rule', (match, message) => {
  const { left, told } = parse('GRPCRoute', { rules: [{ matches: [match, {}], ...OTHER }, OTHER] });
  expect(left).toEqual({ rules: [OTHER] });
  expect(told).toEqual([expect.stringContaining(`spec.rules[0].matches[0].${message}`)]);
});

test('a GRPCRoute of which no rule is left routes nothing, as one without rules', () => {
  expect(parse('GRPCRoute', { rules: [{ matches: [{ method: {} }] }] }).left).toEqual({ rules: [] });
  expect(parse('GRPCRoute', {}).told).toEqual([]);
});

test('a GRPCRoute has fewer filters than an HTTPRoute', () => {
  const { left, told } = parse('GRPCRoute', { rules: [{ filters: [{ type: 'CORS' }], ...OTHER }] });
  expect(left).toEqual({ rules: [{ backendRefs: [UNREADABLE_REFERENCE] }] });
  expect(told).toEqual([
    'spec.rules[0].filters[0].type must be one of RequestHeaderModifier, ResponseHeaderModifier, RequestMirror, ExtensionRef, not "CORS"',
  ]);
});

test.each(['TCPRoute', 'UDPRoute', 'TLSRoute'])('a backend of a %s that is wrong keeps its share', (kind) => {
  const spec = { hostnames: ['a.example'], rules: [{ backendRefs: [{ name: 'x', weight: 2 }, CART] }] };
  const { hostnames, rules } = kind === 'TLSRoute' ? spec : { ...spec, hostnames: undefined };
  const { left, told } = parse(kind, { ...(hostnames && { hostnames }), rules });
  expect(left).toMatchObject({ rules: [{ backendRefs: [{ ...UNREADABLE_REFERENCE, weight: 2 }, CART] }] });
  expect(told).toEqual(['spec.rules[0].backendRefs[0].port is required for a Service']);
});

test.each(['TCPRoute', 'UDPRoute'])('a %s without backends sends to nobody', (kind) => {
  const { left, told } = parse(kind, { rules: [{ backendRefs: [] }] });
  expect(left).toEqual({ rules: [{ backendRefs: [UNREADABLE_REFERENCE] }] });
  expect(told).toEqual(['spec.rules[0].backendRefs must not be empty']);
  expect(parse(kind, { rules: [] }).left).toBeUndefined();
});

test.each(['TCPRoute', 'UDPRoute', 'TLSRoute'])('a %s has one rule in v1, and may have more in v1alpha2', (kind) => {
  const spec = { ...(kind === 'TLSRoute' && { hostnames: ['a.example'] }), rules: [OTHER, OTHER] };
  const { left, told } = parse(kind, spec);
  expect(left).toEqual({ ...spec, rules: [OTHER] });
  expect(told).toEqual(['spec.rules[1] must not be there: v1 has one rule only']);
  const old = parse(kind, spec, ALPHA);
  expect(old.left).toEqual(spec);
  expect(old.problems).toMatchObject([{ path: 'spec.rules[1]', severity: 'warning', code: 'unreachable' }]);
});

test('a TLSRoute without hostnames is for every host in v1alpha2, and for none in v1', () => {
  expect(parse('TLSRoute', { rules: [OTHER] }, ALPHA).left).toEqual({ rules: [OTHER] });
  const { left, told } = parse('TLSRoute', { rules: [OTHER] });
  expect(left).toEqual({ hostnames: [UNREADABLE_HOST], rules: [OTHER] });
  expect(told).toEqual(['spec.hostnames is required']);
  expect(parse('TLSRoute', { hostnames: ['10.0.0.1'], rules: [OTHER] }).told).toEqual([
    'spec.hostnames[0] must be a DNS name: nobody sends an address as SNI, not "10.0.0.1"',
  ]);
});

test("Linkerd's HTTPRoute may leave out the port of a Service, and has its own filters", () => {
  const LINKERD = 'policy.linkerd.io/v1beta3';
  const rules = [{ backendRefs: [{ name: 'cart' }], timeouts: { request: '1.5s' } }];
  expect(parse('HTTPRoute', { rules }, LINKERD)).toMatchObject({ left: { rules }, problems: [] });
  const { left } = parse('HTTPRoute', { rules: [{ filters: [{ type: 'URLRewrite' }], ...OTHER }] }, LINKERD);
  expect(left).toEqual({ rules: [{ backendRefs: [UNREADABLE_REFERENCE] }] });
});
