import { expect, test } from 'vitest';
import type { RawObject } from '../object.ts';
import { writtenPath } from '../written.ts';
import { type VirtualService, virtualServiceKind } from './virtual-service.ts';

const to = (host: string) => [{ destination: { host } }];

function parse(spec: object): { value: VirtualService | undefined; problems: string[]; hints: (string | undefined)[] } {
  const raw: RawObject = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'reviews', namespace: 'shop' },
    spec: { hosts: ['reviews'], ...spec },
  };
  const { value, problems } = virtualServiceKind.parse(raw);
  const told = problems.map(({ severity, path, message }) => `${severity} ${path} ${message}`);
  return { value, problems: told, hints: problems.map(({ hint }) => hint) };
}

/** One http route before another, and what is left of both. */
function afterwards(route: object) {
  const { value, problems } = parse({
    http: [{ match: [{ port: 80 }], route: to('a'), ...route }, { route: to('z') }],
  });
  return { http: value?.spec.http, problems };
}

test.each([
  ['a bad regex', { uri: { regex: '(' } }],
  ['an unknown field', { urii: { prefix: '/' } }],
  ['an unknown field that is like none', { xyzzyplugh: 1 }],
  ['no string match', { uri: {} }],
  ['two string matches', { uri: { prefix: '/', exact: '/' } }],
  ['an empty field', { uri: null }],
  ['an empty prefix', { uri: { prefix: '' } }],
  ['a port out of range', { port: 0 }],
  ['a label that is no text', { sourceLabels: { version: 1 } }],
  ['a bad header name', { headers: { 'a b': { exact: 'x' } } }],
  ['a bad header match', { withoutHeaders: { a: { exakt: 'x' } } }],
])('%s in a match costs the route: it never becomes match-all', (_, match) => {
  const { http, problems } = afterwards({ match: [{ uri: { prefix: '/' } }, match] });
  expect(http).toEqual([{ route: to('z') }]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^error spec\.http\[0\]\.match\[1\]/);
});

test.each([['mtch'], ['matches'], ['conditions'], ['foobar']])(
  'an unknown field %s on a route without match costs the route: it may have been meant as one',
  (key) => {
    const { value } = parse({ http: [{ [key]: [{ port: 80 }], route: to('a') }, { route: to('z') }] });
    expect(value?.spec.http).toEqual([{ route: to('z') }]);
  },
);

test.each([
  ['timeout: 5', { timeout: 5 }, 'spec.http[0].timeout must be a duration like 1.5s, 200ms or 1h30m, not 5'],
  [
    'timeout: fast',
    { timeout: 'fast' },
    'spec.http[0].timeout must be a duration like 1.5s, 200ms or 1h30m, not "fast"',
  ],
  ['retrys', { retrys: { attempts: 3 } }, 'spec.http[0].retrys unknown field "retrys"'],
  [
    'a bad number of attempts',
    { retries: { attempts: -1 } },
    'spec.http[0].retries.attempts must be a whole number of 0 or more, not -1',
  ],
])('a bad setting costs that setting: %s', (_, setting, problem) => {
  const { http, problems } = afterwards(setting);
  expect(http?.[0]).toEqual({ match: [{ port: 80 }], route: to('a') });
  expect(problems).toEqual([`error ${problem}`]);
});

test.each([
  ['percentage', { percentage: { value: 101 } }],
  ['percentage as a number', { percentage: 50 }],
  ['a misspelt percentage', { percentge: { value: 1 } }],
  ['no status at all', { httpStatus: undefined }],
])('a bad %s costs the whole fault: it never becomes a fault for everybody', (_, abort) => {
  const { http } = afterwards({ fault: { abort: { httpStatus: 503, ...abort }, delay: { fixedDelay: '1s' } } });
  expect(http?.[0]?.fault).toEqual({ delay: { fixedDelay: '1s' } });
});

test('a header value that Envoy would reject costs that header and no other; what is set as the host is no format', () => {
  const set = { 'x-a': '100%', 'x-b': '100%%', ':authority': '100%', Host: '%' };
  const { http, problems } = afterwards({ headers: { request: { set }, response: { add: { 'x-c': '%X' } } } });
  expect(http?.[0]?.headers).toEqual({
    request: { set: { 'x-b': '100%%', ':authority': '100%', Host: '%' } },
    response: { add: {} },
  });
  expect(problems.map((problem) => problem.split(' ')[1])).toEqual([
    'spec.http[0].headers.request.set.x-a',
    'spec.http[0].headers.response.add.x-c',
  ]);
});

test('a bad mirror percentage costs the mirror: never all the requests are mirrored', () => {
  const { http } = afterwards({ mirror: { host: 'b' }, mirrorPercentage: { value: 'all' } });
  expect(http?.[0]).toEqual({ match: [{ port: 80 }], route: to('a') });
});

test.each([
  ['a misspelt subset', { host: 'b', subst: 'v1' }, 'destination.subst unknown field "subst"'],
  ['no host', { subset: 'v1' }, 'destination.host is required'],
  ['a host that is none', { host: 'a b' }, 'destination.host must be a DNS name, not "a b"'],
  [
    'a port as text',
    { host: 'b', port: { number: '80' } },
    'destination.port.number must be a whole number between 1 and 65535, not "80"',
  ],
])('%s leaves the destination broken, with its weight', (_, destination, problem) => {
  const { http, problems } = afterwards({
    route: [
      { destination, weight: 90 },
      { ...to('b')[0], weight: 10 },
    ],
  });
  expect(http?.[0]?.route).toEqual([{ weight: 90 }, { destination: { host: 'b' }, weight: 10 }]);
  expect(problems).toEqual([`error spec.http[0].route[0].${problem}`]);
});

test('a destination that is not there is told once and is broken', () => {
  const { http, problems } = afterwards({ route: [{ weight: 1 }, { destinaton: { host: 'a' }, weight: 1 }] });
  expect(http?.[0]?.route).toEqual([{ weight: 1 }, { weight: 1 }]);
  expect(problems).toEqual([
    'error spec.http[0].route[1].destinaton unknown field "destinaton"',
    'error spec.http[0].route[0].destination is required',
  ]);
});

test.each([
  ['a bad rewrite', { rewrite: { uri: 5 } }],
  ['a rewrite that wants a group too many', { rewrite: { uriRegexRewrite: { match: 'a', rewrite: '\\1' } } }],
  ['a bad redirect', { route: undefined, redirect: { redirectCode: 200 } }],
  ['an empty redirect', { route: undefined, redirect: {} }],
  ['a bad answer', { route: undefined, directResponse: { status: 99 } }],
  ['two actions', { redirect: { uri: '/' } }],
  ['no action', { route: undefined }],
  ['no destinations', { route: [] }],
  ['a delegate without a name', { route: undefined, delegate: { namespace: 'x' } }],
  ['a misspelt action', { route: undefined, redirct: { uri: '/' } }],
  ['weights of nothing', { route: [{ ...to('a')[0] }, { ...to('b')[0], weight: 0 }] }],
])('%s breaks the route, and its requests do not fall to the next one', (_, route) => {
  const { http, problems } = afterwards(route);
  expect(http).toEqual([{ match: [{ port: 80 }], route: [{}] }, { route: to('z') }]);
  expect(problems).toHaveLength(1);
});

test('weights need not add up to 100', () => {
  const { problems } = afterwards({
    route: [
      { ...to('a')[0], weight: 1 },
      { ...to('b')[0], weight: 2 },
    ],
  });
  expect(problems).toEqual([]);
});

test.each([
  ['hosts', { hosts: ['a b'] }],
  ['hosts that are no list', { hosts: 'reviews' }],
  ['host for hosts', { hosts: undefined, host: 'reviews' }],
  ['exportTo', { exportTo: ['a b'] }],
  ['export_to', { export_to: ['.'] }],
  ['exportTo that is no list', { exportTo: '.' }],
  ['gateways', { gateways: ['a/b/c'] }],
  ['a misspelt gateways', { gateway: ['a'] }],
  ['* for the mesh', { hosts: ['*'] }],
])('a mistake in %s costs the object: it would hold for others than meant', (_, spec) => {
  const { value, problems } = parse({ http: [{ route: to('a') }], ...spec });
  expect(value).toBeUndefined();
  expect(problems.filter((problem) => problem.startsWith('error'))).toHaveLength(1);
});

test('an object without any usable route is lost, so that an older version of it is kept', () => {
  expect(parse({ http: [{}] })).toMatchObject({ value: undefined });
  expect(parse({ http: [{ match: [{ uri: { regex: '(' } }], route: to('a') }] }).value).toBeUndefined();
  expect(parse({}).problems).toEqual(['error  must have a usable route in http, tls or tcp']);
});

test('problems and written paths count the routes as the user did', () => {
  const { value, problems } = parse({
    http: [
      { match: [{ uri: 1 }], route: to('a') },
      { match: [{ uri: 1 }], route: to('b') },
      { timeout: 'x', route: [] },
    ],
  });
  expect(problems.map((problem) => problem.split(' ')[1])).toEqual([
    'spec.http[0].match[0].uri',
    'spec.http[1].match[0].uri',
    'spec.http[2].timeout',
    'spec.http[2].route',
  ]);
  expect(value?.spec.http).toEqual([{ route: [{}] }]);
  expect(writtenPath(value!, 'spec.http[0].route[0]')).toBe('spec.http[2].route[0]');
});

test.each([
  ['retrys', { retrys: {} }, 'did you mean retries?'],
  ['a snake', { direct_response: {} }, 'did you mean directResponse?'],
  ['a quoted number', { retries: { attempts: '3' } }, 'write 3 without quotes'],
  ['a misspelt word', { corsPolicy: { unmatchedPreflights: 'FORWRD' } }, 'did you mean FORWARD?'],
  ['a single method', { corsPolicy: { allowMethods: 'GET' } }, 'put a - before it'],
])('%s gets a hint', (_, route, hint) => {
  expect(parse({ http: [{ match: [], route: to('a'), ...route }] }).hints).toContain(hint);
});

test('a route behind one that matches everything gets a warning', () => {
  expect(parse({ http: [{ route: to('a') }, { match: [{ port: 80 }], route: to('b') }] }).problems).toEqual([
    'warning spec.http[1] is never reached: a route before it matches everything',
  ]);
});

test('a TLS route for a name that the object is not about is lost', () => {
  const tls = (sni: string) => ({ match: [{ sniHosts: [sni] }], route: to('a') });
  expect(parse({ hosts: ['*.a.com'], tls: [tls('x.a.com'), tls('a.org')] }).value?.spec.tls).toEqual([tls('x.a.com')]);
});

test('old names and what is not applied are told as notices', () => {
  const { problems, value } = parse({
    http: [{ fault: { abort: { http2Error: 'x' } }, route: to('a'), mirror_percent: 5 }],
  });
  expect(problems.map((problem) => problem.split(' ').slice(0, 2))).toEqual([
    ['notice', 'spec.http[0].mirror_percent'],
    ['notice', 'spec.http[0].fault.abort.http2Error'],
  ]);
  expect(value?.spec.http?.[0]?.mirror_percent).toBe(5);
});
