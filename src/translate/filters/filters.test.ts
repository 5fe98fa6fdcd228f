import { describe, expect, test } from 'vitest';
import {
  ALWAYS,
  type Authorization,
  type Condition,
  type Policy,
  type Provider,
  type TokenRule,
} from '../../policy/index.ts';
import { NO_POLICIES } from '../../policy/testing.ts';
import type { HttpFilter } from '../../proto/index.ts';
import { type Enforced, NOTHING_ENFORCED } from '../enforced.ts';
import { connectionFilters, httpFilters } from './index.ts';

const GET: Condition = { kind: 'method', match: { kind: 'exact', value: 'GET' } };
const PORT: Condition = { kind: 'port', port: 80 };
const BEARER: Condition = { kind: 'request-principal', match: { kind: 'present' } };

function policy(name: string, rules: readonly Partial<Policy['rules'][number]>[], dryRun = false): Policy {
  const origin = { object: 'o', path: 'spec' } as unknown as Policy['origin'];
  return {
    name,
    namespace: 'shop',
    origin,
    dryRun,
    rules: rules.map((rule) => ({ origin, from: ALWAYS, to: ALWAYS, ...rule })),
  };
}

const enforced = (said: Partial<Authorization>, tokenRules: readonly TokenRule[] = []): Enforced => ({
  ...NOTHING_ENFORCED,
  authorization: { ...NO_POLICIES, ...said },
  tokenRules,
});

type Shown = { readonly typedConfig?: unknown; readonly name?: string | undefined };
const names = (filters: readonly Shown[]) => filters.map(({ name }) => name?.replace(/^envoy\.filters\./, ''));
/** Those before the ones that always stand. */
const added = (filters: readonly HttpFilter[]) => filters.slice(0, -4);

interface Rules {
  readonly action: string;
  readonly policies: Readonly<Record<string, { readonly permissions: readonly object[] }>>;
}

/** What tests look at in a filter's configuration. */
interface Config {
  readonly rules: Rules;
  readonly shadowRules: Rules;
  readonly shadowRulesStatPrefix: string;
  readonly filterEnabledMetadata: object;
}

const config = (filter: Shown | undefined) => filter?.typedConfig as unknown as Config;

const TOKEN: TokenRule = {
  origin: { object: 'o', path: '' } as unknown as TokenRule['origin'],
  issuer: 'issuer',
  audiences: [],
  jwks: '{"keys":[]}',
  fromHeaders: [],
  fromParams: [],
  fromCookies: [],
  outputPayloadToHeader: undefined,
  outputClaimToHeaders: [],
  forwardOriginalToken: false,
};

const SERVICE = {
  name: 'asked',
  cluster: 'outbound|9000||asked.shop.svc.cluster.local',
  authority: 'asked.shop.svc.cluster.local',
  timeoutMs: 1500,
  failOpen: false,
  clearRouteCache: false,
  statusOnError: undefined,
  body: undefined,
};
const GRPC: Provider = { kind: 'grpc', ...SERVICE };
const HTTP: Provider = {
  kind: 'http',
  ...SERVICE,
  pathPrefix: '/check',
  includeRequestHeaders: [],
  additionalHeaders: {},
  headersUpstream: [],
  headersDownstreamOnDeny: [],
  headersDownstreamOnAllow: [],
};

test('where nothing is enforced, only the filters that do nothing by themselves stand', () => {
  expect(names(httpFilters(NOTHING_ENFORCED))).toEqual(['http.grpc_stats', 'http.fault', 'http.cors', 'http.router']);
  expect(connectionFilters(NOTHING_ENFORCED)).toEqual([]);
});

describe('the order', () => {
  const all = { audit: [policy('a', [{}])], deny: [policy('d', [{}])], allow: [policy('b', [{}])] };

  test('is Istio’s: who is asked, tokens, then what is noted, denied and allowed', () => {
    const custom = { provider: GRPC, policies: [policy('c', [{}])] };
    const filters = added(httpFilters(enforced({ ...all, custom }, [TOKEN])));
    const rbac = 'http.rbac';
    expect(names(filters)).toEqual([rbac, 'http.ext_authz', 'http.jwt_authn', rbac, rbac, rbac]);
    expect(filters.slice(3).map((filter) => config(filter).rules.action)).toEqual(['LOG', 'DENY', 'ALLOW']);
  });

  test('has tokens first where it depends on them whether anybody is asked', () => {
    const custom = { provider: GRPC, policies: [policy('c', [{ from: { kind: 'not', of: BEARER } }])] };
    expect(names(added(httpFilters(enforced({ custom }, [TOKEN]))))).toEqual([
      'http.jwt_authn',
      'http.rbac',
      'http.ext_authz',
    ]);
  });
});

describe('policies of an action', () => {
  const rulesOf = (said: Partial<Authorization>) => config(httpFilters(enforced(said))[0]);

  test('are one list of rules, each named after its policy', () => {
    const { rules } = rulesOf({ deny: [policy('a', [{}, { to: GET }]), policy('b', [{}])] });
    expect(Object.keys(rules.policies)).toEqual([
      'ns[shop]-policy[a]-rule[0]',
      'ns[shop]-policy[a]-rule[1]',
      'ns[shop]-policy[b]-rule[0]',
    ]);
  });

  test('of one name hide no rule of each other', () => {
    const { rules } = rulesOf({ deny: [policy('a', [{}]), policy('a', [{ to: GET }])] });
    expect(Object.keys(rules.policies)).toEqual(['ns[shop]-policy[a]-rule[0]', 'ns[shop]-policy[a]-rule[1]']);
  });

  test('alternatives are lists of their own', () => {
    const { rules } = rulesOf({ deny: [policy('a', [{ to: { kind: 'any', of: [GET, PORT] } }])] });
    const [rule] = Object.values(rules.policies);
    expect(rule?.permissions).toHaveLength(2);
  });

  test('without rules allow nothing, and are there', () => {
    const { rules } = rulesOf({ allow: [policy('a', [])] });
    expect(rules).toEqual({
      action: 'ALLOW',
      policies: {
        'ns[shop]-policy[a]-rule[0]': {
          permissions: [{ notRule: { any: true } }],
          principals: [{ notId: { any: true } }],
        },
      },
    });
  });

  test('that are only tried stand in the shadow of the others', () => {
    const denied = rulesOf({ deny: [policy('a', [{}]), policy('b', [{}], true)] });
    expect(Object.keys(denied.rules.policies)).toEqual(['ns[shop]-policy[a]-rule[0]']);
    expect(Object.keys(denied.shadowRules.policies)).toEqual(['ns[shop]-policy[b]-rule[0]']);
    expect(denied.shadowRulesStatPrefix).toBe('istio_dry_run_deny_');
    const allowed = rulesOf({ allow: [policy('b', [{}], true)] });
    expect(allowed.rules).toBeUndefined();
    expect(allowed.shadowRulesStatPrefix).toBe('istio_dry_run_allow_');
  });
});

describe('whoever is asked', () => {
  const filtersOf = (provider: Provider, dryRun = false) =>
    added(httpFilters(enforced({ custom: { provider, policies: [policy('a', [{ to: GET }], dryRun)] } })));

  test('is asked about what a filter before him has marked', () => {
    const [marks, asks] = filtersOf(GRPC);
    expect(config(marks)).toMatchObject({ shadowRulesStatPrefix: 'istio_ext_authz_' });
    expect(config(marks).rules).toBeUndefined();
    expect(Object.keys(config(marks).shadowRules.policies)).toEqual(['istio-ext-authz-ns[shop]-policy[a]-rule[0]']);
    expect(config(asks).filterEnabledMetadata).toEqual({
      filter: 'envoy.filters.http.rbac',
      path: [{ key: 'istio_ext_authz_shadow_effective_policy_id' }],
      value: { stringMatch: { prefix: 'istio-ext-authz' } },
    });
  });

  test('over gRPC', () => {
    expect(config(filtersOf({ ...GRPC, failOpen: true, statusOnError: 503, clearRouteCache: true })[1])).toMatchObject({
      grpcService: {
        envoyGrpc: { clusterName: SERVICE.cluster, authority: SERVICE.authority },
        timeout: '1.5s',
      },
      transportApiVersion: 'V3',
      failureModeAllow: true,
      statusOnError: { code: 503 },
      clearRouteCache: true,
    });
  });

  test('over HTTP, with the headers that were named', () => {
    const [, asks] = filtersOf({
      ...HTTP,
      includeRequestHeaders: ['x-a', 'x-*', '*-b', '*'],
      additionalHeaders: { 'x-from': 'mesh' },
      headersUpstream: ['x-up'],
      headersDownstreamOnDeny: ['x-deny'],
      headersDownstreamOnAllow: ['x-allow'],
      body: { maxBytes: 10, allowPartial: true, asBytes: true },
    });
    const one = (name: string) => ({ patterns: [{ exact: name, ignoreCase: true }] });
    expect(config(asks)).toMatchObject({
      httpService: {
        serverUri: { uri: `http://${SERVICE.authority}`, cluster: SERVICE.cluster, timeout: '1.5s' },
        pathPrefix: '/check',
        authorizationRequest: { headersToAdd: [{ key: 'x-from', value: 'mesh' }] },
        authorizationResponse: {
          allowedUpstreamHeaders: one('x-up'),
          allowedClientHeaders: one('x-deny'),
          allowedClientHeadersOnSuccess: one('x-allow'),
        },
      },
      allowedHeaders: {
        patterns: [
          { exact: 'x-a', ignoreCase: true },
          { prefix: 'x-', ignoreCase: true },
          { suffix: '-b', ignoreCase: true },
          { safeRegex: { regex: '.+' } },
        ],
      },
      withRequestBody: { maxRequestBytes: 10, allowPartialMessage: true, packAsBytes: true },
    });
  });

  test('and is not there: all that he would be asked about is denied', () => {
    const filters = filtersOf({ kind: 'unknown', name: 'nobody' });
    expect(names(filters)).toEqual(['http.rbac']);
    expect(config(filters[0]).rules).toMatchObject({ action: 'DENY' });
    expect(Object.keys(config(filters[0]).rules.policies)).toEqual([
      'istio-ext-authz-ns[shop]-policy[a]-rule[0]-deny-due-to-bad-CUSTOM-action',
    ]);
  });

  test('is not asked for a trial', () => {
    expect(filtersOf(GRPC, true)).toEqual([]);
  });
});

describe('connections that are not HTTP', () => {
  const rulesOf = (said: Partial<Authorization>) => config(connectionFilters(enforced(said))[0]);

  test('are not let in by a rule that asks for something of a request, whichever way', () => {
    for (const to of [GET, { kind: 'not', of: GET } as const, { kind: 'any', of: [PORT, GET] } as const]) {
      const { rules } = rulesOf({ allow: [policy('a', [{ to }, { to: PORT }])] });
      expect(Object.values(rules.policies)).toHaveLength(1);
    }
    expect(rulesOf({ allow: [policy('a', [{ to: GET }])] }).rules.action).toBe('ALLOW');
  });

  test.each([
    ['what asks for a request', GET],
    ['what asks that it is not so', { kind: 'not', of: GET } as const],
    ['one of both', { kind: 'any', of: [{ kind: 'not', of: GET }] } as const],
  ])('are denied by a rule without %s', (_, condition) => {
    const { rules } = rulesOf({ deny: [policy('a', [{ to: { kind: 'all', of: [condition, PORT] } }])] });
    const [rule] = Object.values(rules.policies);
    expect(rule).toEqual({ permissions: [{ destinationPort: 80 }], principals: [{ any: true }] });
  });

  test('are asked about over gRPC', () => {
    const filters = connectionFilters(enforced({ custom: { provider: GRPC, policies: [policy('a', [{}])] } }));
    expect(names(filters)).toEqual(['network.rbac', 'network.ext_authz']);
    expect(config(filters[1])).toMatchObject({
      statPrefix: 'tcp.',
      grpcService: { envoyGrpc: { clusterName: SERVICE.cluster } },
      filterEnabledMetadata: { filter: 'envoy.filters.network.rbac' },
    });
  });

  test.each([HTTP, { kind: 'unknown', name: 'x' } as const])(
    'are denied where nobody can be asked: $kind',
    (provider) => {
      const filters = connectionFilters(enforced({ custom: { provider, policies: [policy('a', [{ to: PORT }])] } }));
      expect(names(filters)).toEqual(['network.rbac']);
      expect(config(filters[0]).rules.action).toBe('DENY');
    },
  );
});

describe('tokens', () => {
  interface Tokens {
    readonly rules: readonly { readonly requires: object }[];
    readonly providers: Readonly<Record<string, { readonly clearRouteCache?: boolean }>>;
  }
  const jwt = (rules: readonly TokenRule[], routesByClaims = false) =>
    httpFilters(enforced({}, rules), { routesByClaims })[0]?.typedConfig as unknown as Tokens;

  test('of one issuer: a good one, or none', () => {
    expect(jwt([TOKEN]).rules).toEqual([
      {
        match: { prefix: '/' },
        requires: { requiresAny: { requirements: [{ providerName: 'origins-0' }, { allowMissing: {} }] } },
      },
    ]);
  });

  test('of two issuers: each that is there must be good, or one of them if they are in the same place', () => {
    const each = (providerName: string) => ({
      requiresAny: { requirements: [{ providerName }, { allowMissing: {} }] },
    });
    expect(jwt([TOKEN, TOKEN]).rules[0]?.requires).toEqual({
      requiresAny: {
        requirements: [
          { providerName: 'origins-0' },
          { providerName: 'origins-1' },
          { requiresAll: { requirements: [each('origins-0'), each('origins-1')] } },
        ],
      },
    });
  });

  test('are looked for where the rule says, and leave what it says', () => {
    const rule: TokenRule = {
      ...TOKEN,
      audiences: ['shop'],
      fromHeaders: [{ name: 'x-token', prefix: 'Token ' }],
      fromParams: ['token'],
      fromCookies: ['session'],
      outputPayloadToHeader: 'x-payload',
      outputClaimToHeaders: [{ header: 'x-sub', claim: 'sub' }],
      forwardOriginalToken: true,
      spaceDelimitedClaims: ['roles', 'scope'],
    };
    expect(jwt([rule]).providers['origins-0']).toMatchObject({
      issuer: 'issuer',
      audiences: ['shop'],
      fromHeaders: [{ name: 'x-token', valuePrefix: 'Token ' }],
      fromParams: ['token'],
      fromCookies: ['session'],
      forward: true,
      forwardPayloadHeader: 'x-payload',
      claimToHeaders: [{ headerName: 'x-sub', claimName: 'sub' }],
      payloadInMetadata: 'payload',
      normalizePayloadInMetadata: { spaceDelimitedClaims: ['scope', 'permission', 'roles'] },
    });
  });

  test('choose routes only behind a gateway', () => {
    expect(jwt([TOKEN]).providers['origins-0']?.clearRouteCache).toBeUndefined();
    expect(jwt([TOKEN], true).providers['origins-0']?.clearRouteCache).toBe(true);
  });
});
