import { expect, test } from 'vitest';
import { type Messages, pack, validate } from './index.ts';
import { checkValue } from './rules.ts';
import { messageSchema, type Rules, schema } from './schema.ts';

const CLUSTER = 'envoy.config.cluster.v3.Cluster';
const ROUTE = 'envoy.config.route.v3.Route';
const CHAIN = 'envoy.config.listener.v3.FilterChain';

test.each<[string, keyof Messages, object, readonly [string, string][]]>([
  ['a cluster without a name', CLUSTER, {}, [['name', 'must not be empty']]],
  [
    'a timeout of nothing',
    CLUSTER,
    { name: 'a', connectTimeout: '0s' },
    [['connectTimeout', 'must be more than 0s, not "0s"']],
  ],
  [
    'numbers out of range, deep inside',
    CLUSTER,
    { name: 'a', outlierDetection: { maxEjectionPercent: 101, interval: '0s' } },
    [
      ['outlierDetection.maxEjectionPercent', 'must be at most 100, not 101'],
      ['outlierDetection.interval', 'must be more than 0s, not "0s"'],
    ],
  ],
  [
    'a route without a match and an action',
    ROUTE,
    {},
    [
      ['match', 'must be set'],
      ['', 'one of route, redirect, directResponse, filterAction, nonForwardingAction must be set (action)'],
    ],
  ],
  [
    'a match without a path',
    ROUTE,
    { match: {}, nonForwardingAction: {} },
    [
      [
        'match',
        'one of prefix, path, safeRegex, connectMatcher, pathSeparatedPrefix, pathMatchPolicy must be set (path_specifier)',
      ],
    ],
  ],
  [
    'a path that must match a pattern',
    ROUTE,
    { match: { pathSeparatedPrefix: '/a/' }, nonForwardingAction: {} },
    [['match.pathSeparatedPrefix', 'must match ^[^?#]+[^?#/]$, which "/a/" does not']],
  ],
  [
    'the name of a header with a line end',
    ROUTE,
    { match: { prefix: '/' }, nonForwardingAction: {}, requestHeadersToRemove: ['ok', 'x\ny'] },
    [['requestHeadersToRemove[1]', 'is not the name of a header: "x\\ny"']],
  ],
  [
    'too many of something',
    ROUTE,
    {
      match: { prefix: '/' },
      nonForwardingAction: {},
      requestHeadersToAdd: Array(1001).fill({ header: { key: 'a' } }),
    },
    [['requestHeadersToAdd', 'must have at most 1000 items, not 1001']],
  ],
  [
    'a message in an Any',
    CHAIN,
    {
      filters: [
        { name: 'tcp', typedConfig: pack('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { cluster: 'a' }) },
      ],
    },
    [['filters[0].typedConfig.statPrefix', 'must not be empty']],
  ],
  [
    'the entries of a map',
    'envoy.config.core.v3.Metadata',
    { filterMetadata: { '': {} } },
    [['filterMetadata[""]', 'must not be empty']],
  ],
  [
    'a map without entries',
    'envoy.service.rate_limit_quota.v3.BucketId',
    {},
    [['bucket', 'must have at least 1 entry']],
  ],
  [
    'a value that is excluded',
    'envoy.config.core.v3.HealthCheck.HttpHealthCheck',
    { path: '/', method: 'CONNECT' },
    [['method', 'must not be "CONNECT"']],
  ],
  [
    'a value not in a list',
    'envoy.config.core.v3.SchemeHeaderTransformation',
    { schemeToOverwrite: 'ftp' },
    [['schemeToOverwrite', 'must be one of "http", "https", not "ftp"']],
  ],
  [
    'a double item',
    'envoy.config.metrics.v3.HistogramBucketSettings',
    { match: { exact: 'a' }, buckets: [1, 2, 1] },
    [['buckets', 'must not have an item twice: 1']],
  ],
  ['a required duration', 'envoy.config.core.v3.HttpUri', { uri: 'a', cluster: 'b' }, [['timeout', 'must be set']]],
  [
    'a value between two limits, of which it must be outside',
    'envoy.config.core.v3.QuicKeepAliveSettings',
    { initialInterval: '0.0005s' },
    [['initialInterval', 'must be at most 0s or at least 0.001s, not "0.0005s"']],
  ],
  [
    'a boolean that must be true',
    'envoy.config.common.matcher.v3.MatchPredicate',
    { anyMatch: false },
    [['anyMatch', 'must be true, not false']],
  ],
])('%s is a violation', (_what, name, message, violations) => {
  expect(validate(name, message)).toEqual(violations.map(([path, text]) => ({ path, message: text })));
});

test.each<[string, keyof Messages, object]>([
  ['an unset wrapper with a range', CLUSTER, { name: 'a', outlierDetection: {} }],
  ['an unset member of a oneof', ROUTE, { match: { prefix: '' }, nonForwardingAction: {} }],
  ['a value outside of two limits', 'envoy.config.core.v3.QuicKeepAliveSettings', { initialInterval: '0s' }],
  ['a field under its name in the proto', CLUSTER, { name: 'a', connect_timeout: '1s' }],
  ['a length in characters that is more in bytes', 'envoy.config.listener.v3.FilterChainMatch', { serverNames: ['ä'] }],
])('%s is no violation', (_what, name, message) => {
  expect(validate(name, message)).toEqual([]);
});

test('a field under its name in the proto is held to its rules', () => {
  expect(validate(CLUSTER, { name: 'a', connect_timeout: '0s' })).toHaveLength(1);
});

test('there is no rule in the whole API that nobody checks', () => {
  const unwritten = Object.keys(schema().messages).flatMap((name) =>
    messageSchema(name).fields.flatMap((field) => {
      const inner = [field.rules?.['repeated']?.['items'], field.rules?.['map']?.['values']] as (Rules | undefined)[];
      return [field.rules, ...inner].flatMap((rules) => problem(() => rules && checkValue(field, rules)));
    }),
  );
  expect(unwritten).toEqual([]);
});

test('a rule that nobody wrote is noticed', () => {
  const field = { name: 'a', json: 'a', number: 1, type: 'string' } as const;
  expect(() => checkValue(field, { string: { is_pretty: true } })).toThrow('the rule string.is_pretty');
});

function problem(check: () => unknown): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
