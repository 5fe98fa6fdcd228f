import { expect, test } from 'vitest';
import type { Route } from '../route.ts';
import { services } from '../testing.ts';
import { gatewayWorld, httpRoute, PROXY } from './gateway.fixture.ts';

const CART = 'cart.shop.svc.cluster.local';
const LISTENERS = [
  '{name: http, port: 80, protocol: HTTP}',
  '{name: other, port: 8080, protocol: HTTP}',
  '{name: secret, port: 8090, protocol: HTTP}',
];

/** The routes of the only rule there is, at a listener. */
function routesOf(rule: string, listening: { port: number; secure?: boolean } = { port: 80 }): readonly Route[] {
  const w = gatewayWorld(
    LISTENERS,
    services('shop/cart', 'shop/pay', 'shop/log', 'other/rest'),
    httpRoute('shop/all', `rules: [${rule}]`),
  );
  const [host] = w.routing.gatewayHosts(PROXY.namespace, PROXY.labels, listening.port);
  const perspective = w.routing.perspective(host!.routes, PROXY, host!.host);
  return w.routing.routesSeen(host!.routes, perspective, listening);
}

function routeOf(rule: string, listening?: { port: number; secure?: boolean }): Route {
  return routesOf(rule, listening)[0]!;
}

const TO_CART = 'backendRefs: [{name: cart, port: 80}]';

/** A rule with one filter, of which the field is called like its type. */
function filtered(filters: string, match = '/foo', backends = TO_CART): string {
  return `{matches: [{path: {value: ${match}}}], filters: [${filters}], ${backends}}`;
}

test.each([
  ['{}', undefined],
  ['{path: {value: /}}', undefined],
  ['{path: {value: /foo}}', { kind: 'segment-prefix', value: '/foo' }],
  ['{path: {type: PathPrefix, value: /foo/}}', { kind: 'segment-prefix', value: '/foo' }],
  ['{path: {type: Exact, value: /foo/}}', { kind: 'exact', value: '/foo/' }],
  ['{path: {type: RegularExpression, value: "/f(o)+"}}', { kind: 'regex', value: '/f(o)+' }],
])('the match %s is for the path %o', (match, path) => {
  expect(routeOf(`{matches: [${match}], ${TO_CART}}`).match.path).toEqual(path);
});

test('a match asks for method, headers and parameters together, and says headers in lower case', () => {
  const asks = 'headers: [{name: X-A, value: a}, {name: b, type: RegularExpression, value: "b+"}]';
  const params = 'queryParams: [{name: Q, value: q}]';
  const { match } = routeOf(`{matches: [{method: POST, ${asks}, ${params}}], ${TO_CART}}`);
  expect(match.headers.map(({ name, value }) => [name, value])).toEqual([
    ['x-a', { kind: 'exact', value: 'a' }],
    ['b', { kind: 'regex', value: 'b+' }],
    [':method', { kind: 'exact', value: 'POST' }],
  ]);
  expect(match.queryParams).toEqual([{ name: 'Q', value: { kind: 'exact', value: 'q' } }]);
});

test('of two headers of one name the first counts', () => {
  const headers = 'headers: [{name: A, value: "1"}, {name: a, value: "2"}]';
  const { match } = routeOf(`{matches: [{${headers}}], ${TO_CART}}`);
  expect(match.headers.map(({ value }) => value)).toEqual([{ kind: 'exact', value: '1' }]);
});

test('each match of a rule is a route, and tells where it stands', () => {
  const routes = routesOf(`{name: all, matches: [{path: {value: /a}}, {path: {value: /b}}], ${TO_CART}}`);
  expect(routes.map(({ name, origin }) => [name, origin.path])).toEqual([
    ['all', 'spec.rules[0].matches[0]'],
    ['all', 'spec.rules[0].matches[1]'],
  ]);
});

test('backends share by weight, and one of weight 0 gets nothing', () => {
  const { action } = routeOf(
    '{backendRefs: [{name: cart, port: 80, weight: 3}, {name: pay, port: 80}, {name: log, port: 80, weight: 0}]}',
  );
  expect(action).toMatchObject({ destinations: [{ weight: 3 }, { weight: 1 }, { weight: 0 }] });
});

test.each([
  ['no backends', '{matches: [{path: {value: /}}]}', '.backendRefs'],
  ['an empty list of them', '{backendRefs: []}', '.backendRefs'],
  ['weights of 0 only', '{backendRefs: [{name: cart, port: 80, weight: 0}]}', '.backendRefs'],
  ['a Service that does not exist', '{backendRefs: [{name: nobody, port: 80}]}', '.backendRefs[0]'],
  ['a port that it does not have', '{backendRefs: [{name: cart, port: 81}]}', '.backendRefs[0]'],
  ['a kind that nobody knows', '{backendRefs: [{group: x.io, kind: Box, name: cart, port: 80}]}', '.backendRefs[0]'],
  [
    'a namespace that does not grant it',
    '{backendRefs: [{name: rest, namespace: other, port: 80}]}',
    '.backendRefs[0]',
  ],
  [
    'a filter that nobody knows',
    `{filters: [{type: ExtensionRef, extensionRef: {group: x.io, kind: F, name: f}}], ${TO_CART}}`,
    '.filters[0]',
  ],
  [
    'such a filter of its backend',
    '{backendRefs: [{name: cart, port: 80, filters: [{type: ExtensionRef, extensionRef: {group: x.io, kind: F, name: f}}]}]}',
    '.backendRefs[0].filters[0]',
  ],
])('a rule with %s answers 500', (_, rule, place) => {
  const { action } = routeOf(rule);
  expect(action).toMatchObject({
    destinations: [{ to: { kind: 'broken', status: 500 }, weight: 1, origin: { path: `spec.rules[0]${place}` } }],
  });
});

test('a bad backend costs its own share only', () => {
  const { action } = routeOf('{backendRefs: [{name: nobody, port: 80, weight: 1}, {name: cart, port: 80, weight: 3}]}');
  expect(action).toMatchObject({
    destinations: [
      { to: { kind: 'broken' }, weight: 1 },
      { to: { kind: 'service', host: CART }, weight: 3 },
    ],
  });
});

test.each([
  ['/foo', '{type: ReplaceFullPath, replaceFullPath: /x}', { kind: 'full', value: '/x' }],
  ['/foo', '{type: ReplacePrefixMatch, replacePrefixMatch: /x}', { kind: 'matched', value: '/x' }],
  ['/foo/', '{type: ReplacePrefixMatch, replacePrefixMatch: /x/}', { kind: 'matched', value: '/x' }],
  ['/foo', '{type: ReplacePrefixMatch, replacePrefixMatch: /}', { kind: 'matched', value: '/' }],
  ['/foo', '{type: ReplacePrefixMatch, replacePrefixMatch: ""}', { kind: 'matched', value: '/' }],
  ['/', '{type: ReplacePrefixMatch, replacePrefixMatch: /x}', { kind: 'matched', value: '/x/' }],
  ['/', '{type: ReplacePrefixMatch, replacePrefixMatch: /}', { kind: 'matched', value: '/' }],
])('behind %s, the path %s', (match, path, rewritePath) => {
  const { action } = routeOf(filtered(`{type: URLRewrite, urlRewrite: {hostname: h.example, path: ${path}}}`, match));
  expect(action).toMatchObject({ rewritePath, rewriteHost: 'h.example' });
});

test('a backend that rewrites is asked before its rule', () => {
  const rewrite = (path: string) =>
    `{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: ${path}}}}`;
  const backends = `backendRefs: [{name: cart, port: 80, filters: [${rewrite('/own')}]}, {name: pay, port: 80}]`;
  expect(routeOf(filtered(rewrite('/rule'), '/foo', backends)).action).toMatchObject({
    rewritePath: undefined,
    destinations: [{ rewritePath: { value: '/own' } }, { rewritePath: { value: '/rule' } }],
  });
});

test.each([
  [{ port: 80 }, '{}', { port: undefined }],
  [{ port: 80 }, '{port: 80}', { port: undefined }],
  [{ port: 80 }, '{port: 8080}', { port: 8080 }],
  [{ port: 80 }, '{scheme: https}', { port: undefined }],
  [{ port: 80 }, '{scheme: https, port: 8443}', { port: 8443 }],
  [{ port: 8080 }, '{}', { port: 8080 }],
  [{ port: 8080 }, '{scheme: https, hostname: e.org}', { port: undefined }],
  [{ port: 8080 }, '{scheme: https}', { port: 443 }],
  [{ port: 8080, secure: true }, '{}', { port: 8080 }],
  [{ port: 8080, secure: true }, '{scheme: http, port: 80, hostname: e.org}', { port: undefined }],
])('at %o, a redirect %s says the port %o', (listening, redirect, expected) => {
  const rule = filtered(`{type: RequestRedirect, requestRedirect: ${redirect}}`, '/foo', 'backendRefs: []');
  expect(routeOf(rule, listening).action).toMatchObject({ kind: 'redirect', status: 302, ...expected });
});

test('a redirect may change the path as a rewrite does', () => {
  const redirect = '{statusCode: 308, path: {type: ReplacePrefixMatch, replacePrefixMatch: /bar}}';
  expect(
    routeOf(filtered(`{type: RequestRedirect, requestRedirect: ${redirect}}`, '/foo', 'backendRefs: []')).action,
  ).toMatchObject({
    status: 308,
    path: { kind: 'matched', value: '/bar' },
  });
});

test('headers are changed; Host is rewritten', () => {
  const modifier =
    '{set: [{name: X, value: "1"}, {name: Host, value: h.example}], add: [{name: Y, value: "2"}], remove: [z]}';
  const { policy, action } = routeOf(filtered(`{type: RequestHeaderModifier, requestHeaderModifier: ${modifier}}`));
  expect(policy.headers).toEqual({
    request: { set: [['X', '1']], add: [['Y', '2']], remove: ['z'] },
    response: { set: [], add: [], remove: [] },
  });
  expect(action).toMatchObject({ rewriteHost: 'h.example' });
});

test('where rule and backend change one header, the backend has the last word', () => {
  const filter = (modifier: string) => `{type: RequestHeaderModifier, requestHeaderModifier: ${modifier}}`;
  const own = filter('{add: [{name: a, value: own}], remove: [b]}');
  const backends = `backendRefs: [{name: cart, port: 80, filters: [${own}]}, {name: pay, port: 80}]`;
  const rule = filter('{set: [{name: A, value: rule}, {name: B, value: rule}]}');
  const { policy, action } = routeOf(filtered(rule, '/foo', backends));
  expect(policy.headers).toBeUndefined();
  expect(action).toMatchObject({
    destinations: [
      { headers: { request: { set: [['A', 'rule']], add: [['a', 'own']], remove: ['b'] } } },
      {
        headers: {
          request: {
            set: [
              ['A', 'rule'],
              ['B', 'rule'],
            ],
          },
        },
      },
    ],
  });
});

test('copies go to every mirror, by percent or fraction', () => {
  const mirror = (name: string, more = '') =>
    `{type: RequestMirror, requestMirror: {backendRef: {name: ${name}, port: 80}${more}}}`;
  const filters = [
    mirror('pay'),
    mirror('log', ', percent: 20'),
    mirror('log', ', fraction: {numerator: 1, denominator: 8}'),
    mirror('pay', ', percent: 0'),
  ];
  expect(routeOf(filtered(filters.join(', '))).policy.mirrors?.map(({ percent }) => percent)).toEqual([100, 20, 12.5]);
});

test.each([
  ['"*"', { kind: 'exact', value: '*' }],
  ['https://A.example.com', { kind: 'exact', value: 'https://a.example.com' }],
  ['https://a.example.com:443', { kind: 'exact', value: 'https://a.example.com' }],
  ['http://a.example.com:8080', { kind: 'exact', value: 'http://a.example.com:8080' }],
  ['https://*.bar.com', { kind: 'regex', value: 'https://[^/:]+\\.bar\\.com' }],
  ['https://*', { kind: 'regex', value: 'https://[^/:]+' }],
])('the origin %s', (origin, expected) => {
  const { policy } = routeOf(filtered(`{type: CORS, cors: {allowOrigins: [${origin}]}}`));
  expect(policy.cors).toMatchObject({ allowOrigins: [expected], maxAgeSeconds: 5, forwardUnmatchedPreflights: false });
});

test.each([
  ['timeouts: {request: 0s}', { timeoutMs: 0 }],
  [
    'timeouts: {request: 1m, backendRequest: 500ms}',
    { timeoutMs: 60_000, retry: { attempts: 2, perTryTimeoutMs: 500, on: '' } },
  ],
  ['timeouts: {backendRequest: 0s}', {}],
  [
    'retry: {codes: [500, 503], attempts: 3, backoff: 100ms}',
    { retry: { attempts: 3, statusCodes: [500, 503], backoffMs: 100, on: 'connect-failure,refused-stream,reset' } },
  ],
])('%s', (settings, expected) => {
  const { policy } = routeOf(`{${TO_CART}, ${settings}}`);
  expect(policy).toMatchObject(expected);
  if (Object.keys(expected).length === 0) expect(policy).toEqual({});
});

test.each([
  ['{}', { kind: 'cookie', ttlMs: undefined, path: '/foo' }],
  [
    '{sessionName: mine, absoluteTimeout: 1h, cookieConfig: {lifetimeType: Permanent}}',
    { name: 'mine', ttlMs: 3_600_000 },
  ],
  ['{sessionName: mine, absoluteTimeout: 1h}', { name: 'mine', ttlMs: undefined }],
  ['{type: Header, sessionName: x-mine}', { kind: 'header', name: 'x-mine' }],
])('the session %s', (session, expected) => {
  const rule = `{matches: [{path: {value: /foo}}], ${TO_CART}, sessionPersistence: ${session}}`;
  expect(routeOf(rule).policy.session).toMatchObject(expected);
});

test('a session without a name has one of its own rule, always the same', () => {
  const rule = (path: string) => `{matches: [{path: {value: ${path}}}], ${TO_CART}, sessionPersistence: {}}`;
  const names = routesOf(`${rule('/a')}, ${rule('/b')}`).map(({ policy }) => policy.session?.name);
  expect(names[0]).toMatch(/^session-[0-9a-f]{8}$/);
  expect(new Set(names).size).toBe(2);
});

test('somebody is asked, and a question to nobody is known as such', () => {
  const asks = (name: string) =>
    `{type: ExternalAuth, externalAuth: {protocol: HTTP, backendRef: {name: ${name}, port: 80}, http: {path: /check/}, forwardBody: {maxSize: 99}}}`;
  expect(routeOf(filtered(asks('pay'))).policy.externalAuthorization).toEqual({
    to: { kind: 'service', host: 'pay.shop.svc.cluster.local', port: 80, subset: undefined },
    protocol: 'http',
    pathPrefix: '/check',
    allowedRequestHeaders: [],
    allowedResponseHeaders: [],
    maxBodyBytes: 99,
  });
  expect(routeOf(filtered(asks('nobody'))).policy.externalAuthorization?.to).toEqual({ kind: 'broken', status: 500 });
});
