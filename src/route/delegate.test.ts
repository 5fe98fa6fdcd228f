import { expect, test } from 'vitest';
import type { HttpMatchRequest } from '../api/index.ts';
import { conflict } from './delegate.ts';
import { services, world } from './testing.ts';

test.each<[HttpMatchRequest, HttpMatchRequest, boolean]>([
  [{ uri: { prefix: '/a' } }, { uri: { prefix: '/a/b' } }, false],
  [{ uri: { prefix: '/a' } }, { uri: { exact: '/a/b' } }, false],
  [{ uri: { prefix: '/a' } }, { uri: { prefix: '/b' } }, true],
  [{ uri: { prefix: '/a' } }, { uri: { regex: '/a.*' } }, true],
  [{ uri: { exact: '/a' } }, { uri: { prefix: '/a' } }, true],
  [{ uri: { exact: '/a' } }, { uri: { exact: '/a' } }, false],
  [{ uri: { regex: '/a' } }, { uri: { exact: '/a' } }, true],
  [{ uri: { prefix: '/a' } }, { method: { exact: 'GET' } }, false],
  [{ headers: { x: { exact: '1' } } }, { headers: { x: { exact: '2' } } }, true],
  [{ headers: { x: { exact: '1' } } }, { headers: { y: { exact: '2' } } }, false],
  [{ port: 80 }, { port: 81 }, true],
  [{ sourceLabels: { a: '1' } }, { sourceLabels: { a: '2' } }, true],
  [{ gateways: ['a', 'b'] }, { gateways: ['a'] }, false],
  [{ gateways: ['a'] }, { gateways: ['a', 'b'] }, true],
  [{ ignoreUriCase: true }, {}, true],
])('what the root %o gives away and the delegate %o takes: conflict %s', (root, delegate, expected) => {
  expect(conflict(root, delegate)).toBe(expected);
});

const ROOT = `{kind: VirtualService, row: shop/root, spec: {hosts: [shop], http: [
  {name: root, match: [{uri: {prefix: /a}}], timeout: 3s, delegate: {name: part, namespace: team}},
  {route: [{destination: {host: shop}}]}]}}`;

const PART = `{kind: VirtualService, row: team/part, spec: {http: [
  {name: one, match: [{uri: {exact: /a/1}}], route: [{destination: {host: cart}}]},
  {match: [{uri: {prefix: /elsewhere}}], route: [{destination: {host: cart}}]},
  {timeout: 1s, route: [{destination: {host: cart}}]}]}}`;

function delegated(...documents: readonly string[]) {
  const w = world(services('shop/shop', 'team/cart'), ...documents);
  const client = { namespace: 'shop', labels: {} };
  const routes = w.routing.meshRoutes('shop/root', client, 'shop.shop.svc.cluster.local', 80, undefined);
  return { ...w, routes };
}

test('the routes of a delegate stand under the conditions and settings of the route that delegates', () => {
  const { routes } = delegated(ROOT, PART);
  expect(
    routes.map(({ name, match, policy, origin }) => [name, match.path?.value, policy.timeoutMs, origin.path]),
  ).toEqual([
    ['root-one', '/a/1', 3000, 'spec.http[0]'],
    ['root', '/a', 1000, 'spec.http[2]'],
    [undefined, undefined, undefined, 'spec.http[1]'],
  ]);
});

test('short hosts of a delegate are those of its own namespace', () => {
  const [first] = delegated(ROOT, PART).routes;
  expect(first!.action).toMatchObject({
    destinations: [{ to: { kind: 'service', host: 'cart.team.svc.cluster.local' } }],
  });
});

test.each([
  ['is not there', '', 'unknown-delegate'],
  ['has hosts', PART.replace('spec: {http', 'spec: {hosts: [x], http'), 'delegate-with-hosts'],
  ['is not exported', PART.replace('spec: {http', 'spec: {exportTo: [.], http'), 'unknown-delegate'],
])('a delegate that %s costs the route that delegates to it', (_, part, code) => {
  const { routes, problems } = delegated(...[ROOT, part].filter(Boolean));
  expect(routes.map(({ origin }) => origin.path)).toEqual(['spec.http[1]']);
  expect(problems('shop/root')).toMatchObject([{ code, path: 'spec.http[0].delegate', severity: 'error' }]);
});

test('a delegate cannot delegate again', () => {
  const again = `{kind: VirtualService, row: team/part, spec: {http: [{delegate: {name: root, namespace: shop}}]}}`;
  const { routes, problems } = delegated(ROOT, again);
  expect(routes).toHaveLength(1);
  expect(problems('team/part').map(({ code }) => code)).toEqual(['nested-delegate']);
});

test('a change of the delegate is a change of the root', () => {
  const { put, routing, graph } = delegated(ROOT, PART);
  const read = () =>
    routing.meshRoutes('shop/root', { namespace: 'shop', labels: {} }, 'shop.shop.svc.cluster.local', 80, undefined);
  const watch = graph.watch('test', read, () => {});
  expect(watch.read()).toHaveLength(3);
  put('{kind: VirtualService, row: team/part, spec: {http: [{route: [{destination: {host: cart}}]}]}}');
  expect(watch.read()).toHaveLength(2);
  watch.stop();
});
