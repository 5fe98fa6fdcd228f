import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fromVirtualService, type HttpRule } from './from-virtual-service.ts';
import { services, world } from './testing.ts';

const HOST = 'cart.shop.svc.cluster.local';
const ROUTE = 'route: [{destination: {host: cart}}]';

/** The routes of `http`, a list of one VirtualService. */
function routes(http: string) {
  const w = world(
    services('shop/cart', 'shop/pay'),
    `{kind: VirtualService, row: shop/cart, spec: {hosts: [cart], http: ${http}}}`,
  );
  return w.routing.meshRoutes('shop/cart', { namespace: 'shop', labels: {} }, HOST, 80, undefined);
}

test.each([
  ['method: {exact: GET}', [{ name: ':method', value: { kind: 'exact', value: 'GET' }, invert: false }]],
  ['authority: {prefix: a.}', [{ name: ':authority', value: { kind: 'prefix', value: 'a.' } }]],
  ['scheme: {exact: https}', [{ name: ':scheme' }]],
  [
    'headers: {b: {regex: x+}, a: {}}',
    [
      { name: 'a', value: { kind: 'present' } },
      { name: 'b', value: { kind: 'regex', value: 'x+' } },
    ],
  ],
  ["headers: {a: {regex: '.*'}}", [{ name: 'a', value: { kind: 'regex' } }]],
  ['withoutHeaders: {a: {exact: x}}', [{ name: 'a', invert: true, absentMatches: true }]],
])('a match with %s asks for headers', (match, headers) => {
  expect(routes(`[{match: [{${match}}], ${ROUTE}}]`)[0]!.match.headers).toMatchObject(headers);
});

test('query parameters and case', () => {
  const [route] = routes(
    `[{match: [{uri: {prefix: /A}, ignoreUriCase: true, queryParams: {q: {exact: '1'}, p: {}}}], ${ROUTE}}]`,
  );
  expect(route!.match).toMatchObject({
    ignoreCase: true,
    queryParams: [
      { name: 'p', value: { kind: 'present' } },
      { name: 'q', value: { kind: 'exact', value: '1' } },
    ],
  });
});

describe('a match by claims of a token', () => {
  const HTTP = `[{match: [{
    headers: {'@request.auth.claims.sub': {exact: x}, '@request.auth.claims[a][b]': {}, y: {exact: z}},
    withoutHeaders: {'@request.auth.claims.c': {prefix: d}},
  }], ${ROUTE}}, {match: [{uri: {prefix: /a}}], ${ROUTE}}]`;

  test('never becomes a match of something else, where nobody knows the token', () => {
    expect(routes(HTTP).map(({ match }) => match.path?.value)).toEqual(['/a']);
  });

  test('holds at gateways', () => {
    const { spec } = parse(`{spec: {http: ${HTTP}}}`) as { spec: { http: HttpRule['http'][] } };
    const at = { object: 'o', path: 'spec.http[0]' } as unknown as HttpRule['at'];
    const rules = spec.http.map((http): HttpRule => ({ http, at, namespace: 'shop' }));
    const known = { resolve: (host: string) => host, service: () => undefined, hasSubset: () => false };
    const [route] = fromVirtualService(
      rules,
      { port: 80, gateways: ['shop/edge'], client: undefined, secure: false },
      known,
    );
    expect(route?.match).toMatchObject({
      headers: [{ name: 'y' }],
      claims: [
        { path: ['sub'], value: { kind: 'exact', value: 'x' }, invert: false },
        { path: ['a', 'b'], value: { kind: 'present' }, invert: false },
        { path: ['c'], value: { kind: 'prefix', value: 'd' }, invert: true },
      ],
    });
  });
});

test.each([
  ['timeout: 1.5s', { timeoutMs: 1500 }],
  [
    "retries: {attempts: 3, perTryTimeout: 2s, retryOn: 'gateway-error, 503,reset', backoff: 10ms, retryRemoteLocalities: true, retryIgnorePreviousHosts: false}",
    {
      retry: {
        attempts: 3,
        perTryTimeoutMs: 2000,
        on: 'gateway-error,reset',
        statusCodes: [503],
        backoffMs: 10,
        remoteLocalities: true,
        avoidPreviousHosts: false,
      },
    },
  ],
  ['fault: {delay: {fixedDelay: 5s, percentage: {value: 0.1}}}', { fault: { delay: { fixedMs: 5000, percent: 0.1 } } }],
  [
    'fault: {abort: {httpStatus: 418, percentage: {value: 50}}}',
    { fault: { abort: { percent: 50, status: { http: 418 } } } },
  ],
  [
    'fault: {abort: {grpcStatus: UNAVAILABLE, percentage: {value: 50}}}',
    { fault: { abort: { percent: 50, status: { grpc: 14 } } } },
  ],
  ['mirror: {host: pay}', { mirrors: [{ to: { host: 'pay.shop.svc.cluster.local', port: 80 }, percent: 100 }] }],
  ['mirror: {host: pay}, mirrorPercentage: {value: 12.5}', { mirrors: [{ percent: 12.5 }] }],
  ['mirror: {host: pay}, mirrorPercent: 30', { mirrors: [{ percent: 30 }] }],
  [
    'mirrors: [{destination: {host: pay}, percentage: {value: 1}}, {destination: {host: cart}}]',
    { mirrors: [{ percent: 1 }, { percent: 100 }] },
  ],
  [
    "corsPolicy: {allowOrigins: [{exact: '*'}, {regex: 'a.*'}], allowMethods: [GET], maxAge: 1h, allowCredentials: true, unmatchedPreflights: IGNORE}",
    {
      cors: {
        allowOrigins: [
          { kind: 'exact', value: '*' },
          { kind: 'regex', value: 'a.*' },
        ],
        allowMethods: ['GET'],
        maxAgeSeconds: 3600,
        allowCredentials: true,
        forwardUnmatchedPreflights: false,
      },
    },
  ],
  [
    'corsPolicy: {allowOrigin: [a.example.com]}',
    { cors: { allowOrigins: [{ kind: 'exact', value: 'a.example.com' }] } },
  ],
  [
    'headers: {request: {set: {b: "2", a: "1"}, add: {c: "3"}, remove: [d]}, response: {remove: [server]}}',
    {
      headers: {
        request: {
          set: [
            ['a', '1'],
            ['b', '2'],
          ],
          add: [['c', '3']],
          remove: ['d'],
        },
        response: { set: [], add: [], remove: ['server'] },
      },
    },
  ],
])('%s', (setting, policy) => {
  expect(routes(`[{${setting}, ${ROUTE}}]`)[0]!.policy).toMatchObject(policy);
});

test('a mirror of 0 percent is none', () => {
  expect(routes(`[{mirror: {host: pay}, mirrorPercentage: {value: 0}, ${ROUTE}}]`)[0]!.policy).toEqual({});
});

test.each([
  ['rewrite: {uri: /b}, match: [{uri: {prefix: /a}}]', { rewritePath: { kind: 'matched', value: '/b' } }],
  ['rewrite: {uri: /b}, match: [{uri: {exact: /a}}]', { rewritePath: { kind: 'full', value: '/b' } }],
  [
    "rewrite: {uriRegexRewrite: {match: '/(.*)', rewrite: '/x/\\1'}}",
    { rewritePath: { kind: 'regex', pattern: '/(.*)', substitution: '/x/\\1' } },
  ],
  ['rewrite: {authority: other}', { rewriteHost: 'other' }],
  ['headers: {request: {set: {Host: other}}}', { rewriteHost: 'other' }],
  ["headers: {request: {add: {':authority': other}}}", { rewriteHost: 'other' }],
])('%s changes where a request seems to go', (setting, forward) => {
  expect(routes(`[{${setting}, ${ROUTE}}]`)[0]!.action).toMatchObject(forward);
});

test.each([
  ['{uri: /x, redirectCode: 308}', { path: { kind: 'full', value: '/x' }, status: 308, port: undefined }],
  ['{scheme: https, authority: a, port: 8443}', { scheme: 'https', host: 'a', port: 8443 }],
  ['{scheme: https, port: 443}', { scheme: 'https', port: undefined }],
  ['{derivePort: FROM_REQUEST_PORT, scheme: https}', { port: 80 }],
  ['{derivePort: FROM_PROTOCOL_DEFAULT, scheme: https}', { port: undefined }],
])('the redirect %s', (redirect, expected) => {
  expect(routes(`[{redirect: ${redirect}}]`)[0]!.action).toMatchObject(expected);
});

test('a body is text or base64', () => {
  const bodies = ['{string: hi}', '{bytes: aGk=}'].map(
    (body) => routes(`[{directResponse: {status: 200, body: ${body}}}]`)[0]!.action,
  );
  for (const action of bodies) expect(action).toMatchObject({ body: Uint8Array.from([104, 105]) });
});

test('names of rule and match are joined, and every part knows its place', () => {
  const [, route] = routes(`[{name: r, match: [{name: m, uri: {exact: /a}}, {name: n, uri: {exact: /b}}], ${ROUTE}}]`);
  expect(route).toMatchObject({
    name: 'r.n',
    origin: { object: 'networking.istio.io/VirtualService/shop/cart', path: 'spec.http[0].match[1]' },
    action: { destinations: [{ origin: { path: 'spec.http[0].route[0]' } }] },
  });
});

test('a rule after a broken one is found at the place where it was written', () => {
  const found = routes(`[{match: [{uri: {regex: '('}}], ${ROUTE}}, {match: [{uri: {prefix: /a}}], ${ROUTE}}]`);
  expect(found.map(({ origin }) => origin.path)).toEqual(['spec.http[1]']);
});
