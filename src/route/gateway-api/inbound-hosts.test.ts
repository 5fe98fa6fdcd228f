import { expect, test } from 'vitest';
import type { InboundRoute } from '../inbound-route.ts';
import { type World, world } from '../testing.ts';

const SERVER = `{apiVersion: policy.linkerd.io/v1beta3, kind: Server, row: shop/s, spec: {podSelector: {}, port: 8080}}`;
const LINKERD = 'policy.linkerd.io/v1beta3';
const GATEWAY = 'gateway.networking.k8s.io/v1';

function route(apiVersion: string, name: string, rules: string, hostnames = '[]'): string {
  const parent = '{group: policy.linkerd.io, kind: Server, name: s}';
  return `{apiVersion: ${apiVersion}, kind: HTTPRoute, row: shop/${name}, spec: {parentRefs: [${parent}], hostnames: ${hostnames}, rules: ${rules}}}`;
}

const at = (path: string, rest = ''): string => `{matches: [{path: {value: ${path}}}]${rest}}`;

/** `/a deliver`, by host. */
function hostsOf({ routing }: World): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(routing.inboundHosts('shop/s').map(({ host, routes }) => [host, routes.map(textOf)]));
}

function textOf({ match, action }: InboundRoute): string {
  return `${match.path?.value ?? '*'} ${action.kind === 'direct-response' ? action.status : action.kind}`;
}

test('without routes, or without the Server, there is nothing to choose from', () => {
  const w = world(SERVER);
  expect(hostsOf(w)).toEqual({});
  w.put(route(LINKERD, 'a', '[{}]'));
  expect(hostsOf(w)).toEqual({ '*': ['* deliver'] });
  w.drop('shop/s', 'policy.linkerd.io/Server');
  expect(hostsOf(w)).toEqual({});
});

test('routes of another namespace, or for a part of it, are not for a Server', () => {
  const to = (parent: string): string =>
    `{apiVersion: ${GATEWAY}, kind: HTTPRoute, row: PLACE/a, spec: {parentRefs: [{group: policy.linkerd.io, kind: Server, ${parent}}], rules: [{}]}}`;
  expect(hostsOf(world(SERVER, to('namespace: shop, name: s').replace('PLACE', 'other')))).toEqual({});
  expect(hostsOf(world(SERVER, to('name: s, port: 8080').replace('PLACE', 'shop')))).toEqual({});
  expect(hostsOf(world(SERVER, to('namespace: shop, name: s').replace('PLACE', 'shop')))).toEqual({
    '*': ['* deliver'],
  });
});

test('routes of both groups are one list, the closest match first; a host has the rules of wider ones after its own', () => {
  const w = world(
    SERVER,
    route(LINKERD, 'a', `[${at('/a')}, ${at('/a/b')}]`),
    route(GATEWAY, 'b', `[${at('/a/b/c')}]`),
    route(GATEWAY, 'c', `[${at('/x')}]`, "['*.shop.example', admin.shop.example]"),
  );
  const all = ['/a/b/c deliver', '/a/b deliver', '/a deliver'];
  expect(hostsOf(w)).toEqual({
    '*': all,
    '*.shop.example': ['/x deliver', ...all],
    'admin.shop.example': ['/x deliver', '/x deliver', ...all],
  });
});

test.each([
  ['a mirror', '{type: RequestMirror, requestMirror: {backendRef: {name: cart, port: 80}}}', '500'],
  ['a filter of another program', '{type: ExtensionRef, extensionRef: {group: a.b, kind: C, name: d}}', '500'],
  ['a header', '{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}]}}', 'deliver'],
  ['a redirect', '{type: RequestRedirect, requestRedirect: {hostname: a.example}}', 'redirect'],
  ['another path', '{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /y}}}', 'deliver'],
])('%s is done, or what it is for fails', (_, filter, expected) => {
  const w = world(SERVER, route(GATEWAY, 'a', `[${at('/a', `, filters: [${filter}]`)}, ${at('/b')}]`));
  expect(hostsOf(w)).toEqual({ '*': [`/a ${expected}`, '/b deliver'] });
});

test('a rule of which something cannot be read lets nothing by', () => {
  const broken = '{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: "a b", value: c}]}}';
  expect(hostsOf(world(SERVER, route(LINKERD, 'a', `[${at('/a', `, filters: [${broken}]`)}]`)))).toEqual({
    '*': ['/a 500'],
  });
});

test('backends lead nowhere, and the shorter of two limits holds', () => {
  const rest = ', timeouts: {request: 5s, backendRequest: 2s}, backendRefs: [{name: elsewhere, port: 80}]';
  const w = world(SERVER, route(LINKERD, 'a', `[${at('/a', rest)}]`));
  const [only] = w.routing.inboundHosts('shop/s')[0]!.routes;
  expect(only).toMatchObject({ action: { kind: 'deliver' }, policy: { timeoutMs: 2000 } });
  expect(only!.policy.retry).toBeUndefined();
});
