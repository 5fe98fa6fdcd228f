import { expect, test } from 'vitest';
import { services } from '../testing.ts';
import { gatewayWorld, grpcRoute, HTTP, httpRoute, PROXY } from './gateway.fixture.ts';

/** The names of the rules that hold for a host, in the order in which they are asked. */
function order(host: string, ...routes: readonly string[]): readonly (string | undefined)[] {
  const w = gatewayWorld([HTTP], services('shop/cart'), ...routes);
  const found = w.routing.gatewayHosts(PROXY.namespace, PROXY.labels, 80).find((one) => one.host === host)!;
  const perspective = w.routing.perspective(found.routes, PROXY, host);
  return w.routing.routesSeen(found.routes, perspective, { port: 80 }).map(({ name }) => name);
}

function rule(name: string, ...matches: readonly string[]): string {
  return `{name: ${name}, matches: [${matches.join(', ')}], backendRefs: [{name: cart, port: 80}]}`;
}

function path(value: string, more = '', type = 'PathPrefix'): string {
  return `{path: {type: ${type}, value: ${value}}${more && `, ${more}`}}`;
}

function route(row: string, rules: readonly string[], created = '', hostnames = '[a.example.com]'): string {
  const object = httpRoute(row, `hostnames: ${hostnames}, rules: [${rules.join(', ')}]`);
  return created ? object.replace(`row: ${row}`, `row: ${row}, created: "${created}"`) : object;
}

const HEADER = 'headers: [{name: h, value: v}]';
const TWO_HEADERS = 'headers: [{name: h, value: v}, {name: i, value: v}]';
const PARAM = 'queryParams: [{name: q, value: v}]';

test('the closest match of one route is asked first, whatever stands first', () => {
  const rules = [
    rule('all', '{}'),
    rule('short', path('/a')),
    rule('with-param', path('/a', PARAM)),
    rule('with-header', path('/a', HEADER)),
    rule('with-headers', path('/a', TWO_HEADERS)),
    rule('with-method', path('/a', 'method: GET')),
    rule('long', path('/a/b')),
    rule('pattern', path('/x+', '', 'RegularExpression')),
    rule('exact', path('/a', '', 'Exact')),
  ];
  expect(order('a.example.com', route('shop/a', rules))).toEqual([
    'exact',
    'pattern',
    'long',
    'with-method',
    'with-headers',
    'with-header',
    'with-param',
    'short',
    'all',
  ]);
});

test('a slash at the end makes a prefix no longer', () => {
  expect(order('a.example.com', route('shop/a', [rule('first', path('/a')), rule('second', path('/a/'))]))).toEqual([
    'first',
    'second',
  ]);
});

test('the matches of several routes are one list', () => {
  const one = route('shop/one', [rule('one-short', path('/a')), rule('one-long', path('/a/b/c'))]);
  const two = route('shop/two', [rule('two-middle', path('/a/b'))]);
  expect(order('a.example.com', one, two)).toEqual(['one-long', 'two-middle', 'one-short']);
});

test('among equals the older route is asked first, then the name, then the order in the route', () => {
  const old = route('shop/z', [rule('old', path('/a'))], '2020-01-01T00:00:00Z');
  const young = route('shop/a', [rule('young', path('/a'))], '2021-01-01T00:00:00Z');
  expect(order('a.example.com', young, old)).toEqual(['old', 'young']);
  const [b, a] = [
    route('shop/b', [rule('b', path('/a'))]),
    route('shop/a', [rule('a1', path('/a')), rule('a2', path('/a'))]),
  ];
  expect(order('a.example.com', b, a)).toEqual(['a1', 'a2', 'b']);
});

test('rules of the host itself are asked before closer matches of wider hosts', () => {
  const own = route('shop/own', [rule('own', path('/'))], '', '[a.b.example.com]');
  const exact = rule('any', path('/a', '', 'Exact'));
  const own2 = route('shop/own', [rule('own', path('/a'))], '', '[a.b.example.com]');
  const near = route('shop/near', [rule('near', path('/a/b'))], '', '["*.b.example.com"]');
  const far = route('shop/far', [rule('far', path('/a/b'))], '', '["*.example.com"]');
  const any = route('shop/any', [exact], '', '[]');
  expect(order('a.b.example.com', any, far, near, own2)).toEqual(['own', 'near', 'far', 'any']);
  expect(order('*.b.example.com', any, far, near, own2)).toEqual(['near', 'far', 'any']);
  // What nothing can get past ends the list.
  expect(order('a.b.example.com', any, own)).toEqual(['own']);
});

test('calls are told apart by service, then method, then headers', () => {
  const matched = (name: string, match: string) =>
    `{name: ${name}, matches: [${match}], backendRefs: [{name: cart, port: 80}]}`;
  const rules = [
    matched('any', '{}'),
    matched('with-header', `{${HEADER}}`),
    matched('method', '{method: {method: GetThemAll}}'),
    matched('service', '{method: {service: a.B}}'),
    matched('both', '{method: {service: a.B, method: Get}}'),
    matched('longer', '{method: {service: a.Bcd}}'),
  ];
  expect(order('*', grpcRoute('shop/calls', `rules: [${rules.join(', ')}]`))).toEqual([
    'longer',
    'both',
    'service',
    'method',
    'with-header',
    'any',
  ]);
});
