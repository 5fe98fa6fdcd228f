import { expect, test } from 'vitest';
import { parse } from './parse.fixture.ts';
import { UNREADABLE_HOST, UNREADABLE_REFERENCE } from './unreadable.ts';

const CART = { name: 'cart', port: 80 };
const matches = [{ path: { value: '/a' } }];
const OTHER = { backendRefs: [CART] };

function parseRule(rule: object) {
  const { left, told } = parse('HTTPRoute', { rules: [rule, OTHER] });
  return { rules: (left as { rules: readonly object[] }).rules, told };
}

function filter(type: string, field: string, value: unknown) {
  return { filters: [{ type, [field]: value }], matches };
}

const redirect = (path: object) => filter('RequestRedirect', 'requestRedirect', { path });
const cors = (value: object) => filter('CORS', 'cors', value);
const auth = (value: object) => filter('ExternalAuth', 'externalAuth', value);
const mirror = (value: object) => filter('RequestMirror', 'requestMirror', { backendRef: CART, ...value });
const request = (value: object) => filter('RequestHeaderModifier', 'requestHeaderModifier', value);
const response = (value: object) => filter('ResponseHeaderModifier', 'responseHeaderModifier', value);

test.each([
  ['/a//b', 'must not have // in it'],
  ['/a/./b', 'must not have /./ in it'],
  ['/a/../b', 'must not have /../ in it'],
  ['/a/..', 'must not have /.. in it'],
  ['/a/.', 'must not have /. in it'],
  ['/a%2fb', 'must not have %2f in it'],
  ['/a%2Fb', 'must not have %2F in it'],
  ['/a#b', 'must not have # in it'],
  ['/a b', 'must have only characters of a path'],
  ['/a?b', 'must have only characters of a path'],
  ['/%zz', 'must have only characters of a path'],
  ['a', 'must begin with /'],
  [`/${'a'.repeat(1024)}`, 'must have 1024 characters at most'],
])('a path %s is wrong, and costs the rule, which never becomes wider', (value, message) => {
  for (const type of [undefined, 'Exact', 'PathPrefix']) {
    const { rules, told } = parseRule({
      matches: [{ path: { value, ...(type && { type }) } }, {}],
      backendRefs: [CART],
    });
    expect(rules).toEqual([OTHER]);
    expect(told).toEqual([expect.stringContaining(`spec.rules[0].matches[0].path.value ${message}`)]);
  }
});

test.each([
  [{ path: { type: 'RegularExpression', value: '/(?=x)' } }, 'path.value must be a regular expression in RE2 syntax'],
  [{ path: { type: 'Prefix', value: '/' } }, 'path.type must be one of Exact, PathPrefix, RegularExpression'],
  [{ headers: [{ name: 'a b', value: 'c' }] }, 'headers[0].name must be a name of letters'],
  [{ headers: [{ name: 'a', value: ' c' }] }, 'headers[0].value must be visible ASCII'],
  [{ headers: [{ name: 'a', value: '' }] }, 'headers[0].value must be visible ASCII'],
  [
    { headers: [{ name: 'a', type: 'RegularExpression', value: '(' }] },
    'headers[0].value must be a regular expression',
  ],
  [{ headers: [1, 2].map((value) => ({ name: 'a', value: `${value}` })) }, 'headers[1].name name "a" is taken'],
  [{ queryParams: [{ name: 'a', value: '' }] }, 'queryParams[0].value must have between 1 and 1024 characters'],
  [{ queryParams: [1, 2].map((value) => ({ name: 'a', value: `${value}` })) }, 'queryParams[1].name name "a" is taken'],
  [{ method: 'get' }, 'method must be one of GET'],
  [{ headers: Array.from({ length: 17 }, (_, i) => ({ name: `a${i}`, value: 'b' })) }, 'headers must have 16 entries'],
  [{ uri: { prefix: '/' } }, 'uri unknown field "uri"'],
])('a match %j is wrong, and costs the rule', (match, message) => {
  const { rules, told } = parseRule({ matches: [match], backendRefs: [CART] });
  expect(rules).toEqual([OTHER]);
  expect(told).toEqual([expect.stringContaining(`spec.rules[0].matches[0].${message}`)]);
});

test.each([
  [{ name: 'cart' }, 'port is required for a Service'],
  [{ name: 'cart', port: 0 }, 'port must be a whole number between 1 and 65535, not 0'],
  [{ ...CART, kind: '*' }, 'kind must be a kind'],
  [{ ...CART, group: '*' }, 'group must be an API group'],
  [{ ...CART, namespace: 'A' }, 'namespace must be a DNS label'],
  [{ ...CART, name: '' }, 'name must have between 1 and 253 characters'],
  [{ ...CART, nmae: 'x' }, 'nmae unknown field "nmae"'],
  [{ ...CART, filters: [{ type: 'URLRewrite' }] }, 'filters[0].urlRewrite is required for type URLRewrite'],
])('a backend %j is wrong, and answers its share with 500', (backend, message) => {
  const { rules, told } = parseRule({ matches, backendRefs: [{ ...backend, weight: 30 }, CART] });
  expect(rules[0]).toEqual({ matches, backendRefs: [{ ...UNREADABLE_REFERENCE, weight: 30 }, CART] });
  expect(told).toEqual([expect.stringContaining(`spec.rules[0].backendRefs[0].${message}`)]);
});

test.each([-1, 1_000_001, '30%'])('a weight %j is wrong, and its backend gets no requests', (weight) => {
  const { rules, told } = parseRule({ matches, backendRefs: [{ ...CART, weight }, CART] });
  expect(rules[0]).toEqual({ matches, backendRefs: [{ ...CART, weight: 0 }, CART] });
  expect(told).toEqual([expect.stringContaining('spec.rules[0].backendRefs[0].weight must be a whole number')]);
});

test.each<[object, string]>([
  [{ backendRefs: [CART], ...filter('RequestRedirect', 'requestRedirect', {}) }, 'backendRefs must not stand'],
  [{ matches, backendRefs: Array(17).fill(CART) }, 'backendRefs must have 16 entries at most, not 17'],
  [{ matches, filters: [{ type: 'URLRewrite' }] }, 'filters[0].urlRewrite is required for type URLRewrite'],
  [{ matches, filters: [{ type: 'Foo' }] }, 'filters[0].type must be one of'],
  [{ matches, filters: [{ type: 'CORS', cors: {}, urlRewrite: {} }] }, 'filters[0].urlRewrite must not stand beside'],
  [{ matches, filters: [0, 1].map(() => ({ type: 'CORS', cors: {} })) }, 'filters[1] CORS must be there only once'],
  [
    {
      matches,
      filters: [
        { type: 'RequestRedirect', requestRedirect: {} },
        { type: 'URLRewrite', urlRewrite: {} },
      ],
    },
    'filters[1] must not stand beside RequestRedirect',
  ],
  [redirect({ type: 'ReplaceFullPath' }), 'filters[0].requestRedirect.path.replaceFullPath is required'],
  [
    redirect({ type: 'ReplaceFullPath', replaceFullPath: '/', replacePrefixMatch: '/' }),
    'filters[0].requestRedirect.path.replacePrefixMatch must not stand beside type ReplaceFullPath',
  ],
  [
    { ...redirect({ type: 'ReplacePrefixMatch', replacePrefixMatch: '/' }), matches: [{ path: { type: 'Exact' } }] },
    'filters[0].requestRedirect.path.replacePrefixMatch must not be there unless the rule has one match',
  ],
  [
    { ...redirect({ type: 'ReplacePrefixMatch', replacePrefixMatch: '/' }), matches: [{}, {}] },
    'filters[0].requestRedirect.path.replacePrefixMatch must not be there unless the rule has one match',
  ],
  [filter('RequestRedirect', 'requestRedirect', { statusCode: 304 }), 'filters[0].requestRedirect.statusCode must be'],
  [filter('RequestRedirect', 'requestRedirect', { hostname: '*.a' }), 'filters[0].requestRedirect.hostname must be'],
  [filter('RequestRedirect', 'requestRedirect', { scheme: 'ftp' }), 'filters[0].requestRedirect.scheme must be one of'],
  [request({ set: [{ name: 'a', value: '' }] }), 'filters[0].requestHeaderModifier.set[0].value must be visible'],
  [request({ remove: ['a', 'a'] }), 'filters[0].requestHeaderModifier.remove[1] "a" is there twice'],
  [auth({ protocol: 'GRPC', backendRef: CART }), 'filters[0].externalAuth.grpc is required for protocol GRPC'],
  [
    auth({ protocol: 'HTTP', backendRef: CART, http: {}, grpc: {} }),
    'filters[0].externalAuth.grpc must not stand beside protocol HTTP',
  ],
  [auth({ protocol: 'HTTP', backendRef: CART, http: { path: '/[]' } }), 'filters[0].externalAuth.http.path must be'],
  [auth({ protocol: 'HTTP', backendRef: { name: 'a' }, http: {} }), 'filters[0].externalAuth.backendRef.port is'],
])('in %j an action is wrong, and the rule answers with 500', (rule, message) => {
  const { rules, told } = parseRule(rule);
  const { filters: _, ...rest } = rule as { filters?: unknown };
  expect(rules[0]).toEqual({ ...rest, backendRefs: [UNREADABLE_REFERENCE] });
  expect(told).toEqual([expect.stringContaining(`spec.rules[0].${message}`)]);
});

test.each([
  [{ percent: 101 }, 'percent must be a whole number between 0 and 100, not 101'],
  [{ percent: 1, fraction: { numerator: 1 } }, ' must have only one of percent, fraction'],
  [{ fraction: { numerator: 101 } }, 'fraction.numerator must not be more than the denominator 100, not 101'],
  [{ fraction: { numerator: 1, denominator: 0 } }, 'fraction.denominator must be a whole number of 1 or more, not 0'],
])('a mirror with %j is wrong, and copies nothing', (value, message) => {
  const { rules, told } = parseRule({ ...mirror(value), backendRefs: [CART] });
  expect(rules[0]).toEqual({ matches, filters: [], backendRefs: [CART] });
  expect(told).toEqual([expect.stringContaining(`spec.rules[0].filters[0].requestMirror${dotted(message)}`)]);
});

function dotted(message: string): string {
  return message.startsWith(' ') ? message : `.${message}`;
}

test('a header of answers that is wrong costs itself', () => {
  const { rules, told } = parseRule(
    response({
      set: [
        { name: 'a', value: 'b' },
        { name: '(', value: 'c' },
      ],
    }),
  );
  expect(rules[0]).toEqual(response({ set: [{ name: 'a', value: 'b' }] }));
  expect(told).toHaveLength(1);
});

test.each([
  [{ allowOrigins: ['https://a', 'a'] }, { allowOrigins: ['https://a'] }, 'allowOrigins[1] must be * or a scheme'],
  [{ allowOrigins: ['*', 'https://a'] }, { allowOrigins: ['https://a'] }, 'allowOrigins[0] must stand alone'],
  [{ allowMethods: ['GET', '*'] }, { allowMethods: ['GET'] }, 'allowMethods[1] must stand alone, if it is *'],
  [{ allowMethods: ['get'] }, { allowMethods: [] }, 'allowMethods[0] must be one of GET'],
  [{ allowHeaders: ['x', 'x'] }, { allowHeaders: ['x'] }, 'allowHeaders[1] "x" is there twice'],
  [{ maxAge: 0 }, {}, 'maxAge must be a whole number of 1 or more, not 0'],
])('CORS %j becomes %j', (written, left, message) => {
  const { rules, told } = parseRule(cors(written));
  expect(rules[0]).toEqual(cors(left));
  expect(told).toEqual([expect.stringContaining(`spec.rules[0].filters[0].cors.${message}`)]);
});

test.each([
  [{ timeouts: { request: '1d' } }, { timeouts: {} }, 'timeouts.request must be a duration like 10s'],
  [{ timeouts: { request: '1.5s' } }, { timeouts: {} }, 'timeouts.request must be a duration like 10s'],
  [
    { timeouts: { request: '1s', backendRequest: '2s' } },
    { timeouts: { request: '1s' } },
    'timeouts.backendRequest must not be longer than request (1s), not 2s',
  ],
  [{ timeouts: { request: '0s', backendRequest: '2s' } }, undefined, undefined],
  [{ retry: { codes: [503, 200] } }, { retry: { codes: [503] } }, 'retry.codes[1] must be a whole number between 400'],
  [{ retry: { attempts: 0, codes: [503] } }, {}, 'retry.attempts must be a whole number of 1 or more, not 0'],
  [{ sessionPersistence: { type: 'Header', cookieConfig: {} } }, {}, 'sessionPersistence.cookieConfig must not stand'],
  [
    { sessionPersistence: { cookieConfig: { lifetimeType: 'Permanent' } } },
    {},
    'sessionPersistence.absoluteTimeout is required for lifetimeType Permanent',
  ],
  [{ sessionPersistence: { sessionName: 'a b' } }, {}, 'sessionPersistence.sessionName must be the name of a cookie'],
  [{ name: 'A' }, {}, 'name must be a name: a-z'],
])('a setting %j costs itself and leaves %j', (written, left, message) => {
  const { rules, told } = parseRule({ matches, backendRefs: [CART], ...written });
  expect(rules[0]).toEqual({ matches, backendRefs: [CART], ...(left ?? written) });
  expect(told).toEqual(message === undefined ? [] : [expect.stringContaining(`spec.rules[0].${message}`)]);
});

test.each([
  [['a.example', '*'], ['a.example'], 'spec.hostnames[1] must be left out where any host is meant, not "*"'],
  [['A.example'], [UNREADABLE_HOST], 'spec.hostnames[0] must be a DNS name in lower case, or *. and one'],
  ['a.example', [UNREADABLE_HOST], 'spec.hostnames must be a list'],
  [Array.from({ length: 17 }, (_, i) => `a${i}`), Array.from({ length: 16 }, (_, i) => `a${i}`), 'spec.hostnames must'],
])('of hostnames %j those hold that can be read', (hostnames, left, message) => {
  const parsed = parse('HTTPRoute', { hostnames, rules: [OTHER] });
  expect(parsed.left).toEqual({ hostnames: left, rules: [OTHER] });
  expect(parsed.told).toEqual([expect.stringContaining(message)]);
});

test.each(['hostname', 'domains', 'virtualHosts'])(
  'a route with an unknown field %s in place of hostnames is for no host',
  (field) => {
    const { left } = parse('HTTPRoute', { [field]: ['a.example'], rules: [OTHER] });
    expect(left).toEqual({ hostnames: [UNREADABLE_HOST], rules: [OTHER] });
  },
);

test.each([
  [[{ name: 'a' }, { name: 'a' }], 'spec.parentRefs[1] names the same parent as an earlier one of the list'],
  [[{ name: 'a' }, { name: 'a', kind: 'Gateway' }], 'spec.parentRefs[1] names the same parent'],
  [[{ name: 'a' }, { name: 'a', sectionName: 'b' }], 'spec.parentRefs[1] must name the parts of a parent in one way'],
  [
    [
      { name: 'a', port: 1 },
      { name: 'a', sectionName: 'b' },
    ],
    'spec.parentRefs[1] must name the parts of a parent',
  ],
  [[{ name: 'a' }, { name: 'b', sectionNmae: 'c' }], 'spec.parentRefs[1].sectionNmae unknown field'],
  [[{ name: 'a' }, { name: 'b', port: 0 }], 'spec.parentRefs[1].port must be a whole number'],
])('of parents %j the first one holds', (parentRefs, message) => {
  const { left, told } = parse('HTTPRoute', { parentRefs, rules: [OTHER] });
  expect(left).toEqual({ parentRefs: [parentRefs[0]], rules: [OTHER] });
  expect(told).toEqual([expect.stringContaining(message)]);
});

test('parents that differ in their namespace, section or port are several', () => {
  const parentRefs = [
    { name: 'a', sectionName: 'b' },
    { name: 'a', sectionName: 'c' },
    { name: 'a', namespace: 'x' },
    { name: 'a', kind: 'Service', group: '' },
  ];
  expect(parse('HTTPRoute', { parentRefs, rules: [OTHER] }).told).toEqual([]);
});

test('two rules of one name, too many rules or matches, and rules of which none is left', () => {
  const named = { name: 'a', ...OTHER };
  expect(parse('HTTPRoute', { rules: [named, named] }).left).toEqual({ rules: [named, OTHER] });
  expect(parse('HTTPRoute', { rules: Array(17).fill(OTHER) }).left).toBeUndefined();
  const wide = { matches: Array.from({ length: 43 }, (_, i) => ({ path: { value: `/${i}` } })) };
  const { left, told } = parse('HTTPRoute', { rules: [wide, wide, wide] });
  expect(left).toBeUndefined();
  expect(told).toEqual(['spec.rules must have 128 matches at most in all rules together, not 129']);
  expect(parse('HTTPRoute', { rules: [{ matches: [{ method: 'get' }] }] }).left).toBeUndefined();
  expect(parse('HTTPRoute', {}).left).toEqual({});
});

test('values of other programs are let through: the status says what becomes of them', () => {
  const rules = [
    {
      filters: [{ type: 'ExtensionRef', extensionRef: { group: 'a.b', kind: 'C', name: 'd' } }],
      backendRefs: [{ group: 'a.b', kind: 'C', name: 'd' }],
    },
  ];
  const parentRefs = [{ group: 'a.b', kind: 'C', name: 'd' }];
  expect(parse('HTTPRoute', { parentRefs, rules })).toMatchObject({ left: { parentRefs, rules }, problems: [] });
});

test('a match for CONNECT is noted: no request fits it', () => {
  const { problems } = parse('HTTPRoute', { rules: [{ matches: [{ method: 'GET' }, { method: 'CONNECT' }] }] });
  expect(problems).toMatchObject([
    { path: 'spec.rules[0].matches[1].method', severity: 'notice', code: 'not-applied' },
  ]);
});
