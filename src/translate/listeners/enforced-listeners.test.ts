import { describe, expect, test } from 'vitest';
import type { ObjectKey, Origin } from '../../mesh/index.ts';
import { ALWAYS, type Authorization, type Policies, type TokenRule } from '../../policy/index.ts';
import { NO_POLICIES } from '../../policy/testing.ts';
import type { FilterChain, HttpConnectionManager, Listener } from '../../proto/index.ts';
import type { GatewayServer } from '../../route/index.ts';
import { fakeService } from '../fake-mesh.ts';
import { fakeView } from '../fake-views.ts';
import { cart, setUp } from './listeners.fixture.ts';

const POLICY: Origin = { object: 'security.istio.io/AuthorizationPolicy/shop/p' as ObjectKey, path: 'spec' };
const TOKENS: Origin = {
  object: 'security.istio.io/RequestAuthentication/shop/t' as ObjectKey,
  path: 'spec.jwtRules[0]',
};

const DENY: Authorization = {
  custom: undefined,
  deny: [
    {
      name: 'p',
      namespace: 'shop',
      origin: POLICY,
      dryRun: false,
      rules: [{ origin: POLICY, from: ALWAYS, to: ALWAYS }],
    },
  ],
  allow: [],
  audit: [],
};

const RULE: TokenRule = {
  origin: TOKENS,
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

/** The ports of which the policy is; undefined: of what comes to no known port. */
function decree(...ports: readonly (number | undefined)[]): Partial<Policies> {
  return {
    authorizationOf: (_, port) => (ports.includes(port) ? 'deny' : ''),
    authorization: (id) => (id === '' ? NO_POLICIES : DENY),
    tokenRulesOf: () => 'tokens',
    tokenRules: () => [RULE],
  };
}

/** The names of a chain's filters, those of its HTTP connection manager in place of it; without those that always stand. */
function filtersOf(chain: FilterChain | undefined): readonly string[] {
  return (chain?.filters ?? []).flatMap(({ name = '', typedConfig }) => {
    const { httpFilters } = typedConfig as HttpConnectionManager;
    const names = httpFilters?.map((filter) => filter.name ?? '');
    return names ? names.slice(0, names.indexOf('envoy.filters.http.grpc_stats')) : [name];
  });
}

const TCP_PROXY = 'envoy.filters.network.tcp_proxy';
const TCP_RBAC = ['envoy.filters.network.rbac', TCP_PROXY];
const JWT = 'envoy.filters.http.jwt_authn';
const HTTP_RBAC = [JWT, 'envoy.filters.http.rbac'];

const chainsOf = ({ filterChains = [] }: Listener) =>
  filterChains.map((chain) => [chain.filterChainMatch?.destinationPort, filtersOf(chain)]);

describe('a sidecar', () => {
  const SERVICES = [{ id: cart, port: 80 }];

  test('enforces at each port what is in force there', () => {
    const { listener, inbound } = setUp([fakeService('cart')], {}, decree(8080, 9090, 5432));
    inbound.set('cart', [
      { targetPort: 8080, protocol: 'http', services: SERVICES },
      { targetPort: 8081, protocol: 'http', services: SERVICES },
      { targetPort: 9090, protocol: 'auto', services: SERVICES },
      { targetPort: 5432, protocol: 'tcp', services: SERVICES },
      { targetPort: 5433, protocol: 'tcp', services: SERVICES },
    ]);
    expect(chainsOf(listener('virtualInbound'))).toEqual([
      [15006, [TCP_PROXY]],
      [undefined, [JWT]],
      [undefined, [TCP_PROXY]],
      [8080, HTTP_RBAC],
      [8081, [JWT]],
      [9090, HTTP_RBAC],
      [9090, TCP_RBAC],
      [5432, TCP_RBAC],
      [5433, [TCP_PROXY]],
    ]);
  });

  test('enforces something at ports that no service has, too', () => {
    const { listener } = setUp([], {}, decree(undefined));
    expect(chainsOf(listener('virtualInbound'))).toEqual([
      [15006, [TCP_PROXY]],
      [undefined, HTTP_RBAC],
      [undefined, TCP_RBAC],
    ]);
  });

  test('enforces nothing on what its own application calls', () => {
    const { listener } = setUp([fakeService('cart')], {}, decree(80, undefined));
    expect(filtersOf(listener('0.0.0.0_80').filterChains?.[0])).toEqual([]);
  });

  test('tells whose policies a listener has', () => {
    const { listeners, inbound } = setUp([fakeService('cart')], {}, decree(8080));
    inbound.set('cart', [{ targetPort: 8080, protocol: 'http', services: SERVICES }]);
    const decided = listeners.explain(fakeView(), 'virtualInbound')?.decided;
    expect(decided).toContainEqual({ path: 'filterChains', origin: POLICY });
    expect(decided?.filter(({ origin }) => origin.object === TOKENS.object)).toHaveLength(1);
  });
});

describe('a gateway', () => {
  const server = (port: number, protocol: GatewayServer['protocol']): GatewayServer => ({
    port,
    protocol,
    portName: 'p',
    bind: undefined,
    gateway: 'networking.istio.io/Gateway/shop/edge' as ObjectKey,
    path: 'spec.servers[0]',
    name: undefined,
    httpsRedirect: false,
    hosts: ['*'],
    tls: undefined,
  });

  test('enforces everywhere what is in force for it, and tells whose it is', () => {
    const { listener, listeners } = setUp([], { serversFor: () => [server(80, 'HTTP')] }, decree(undefined));
    const router = { role: 'router' as const };
    expect(filtersOf(listener('0.0.0.0_80', router).filterChains?.[0])).toEqual(HTTP_RBAC);
    const { decided } = listeners.explain(fakeView(router), '0.0.0.0_80')!;
    expect(decided.slice(1)).toEqual([POLICY, TOKENS].map((origin) => ({ path: 'filterChains', origin })));
  });
});

describe('paths', () => {
  const managerOf = ({ filterChains = [] }: Listener) =>
    filterChains[0]?.filters?.[0]?.typedConfig as HttpConnectionManager;

  test('are compared as the mesh says, wherever requests come by', () => {
    const { listener, inbound, config } = setUp([fakeService('cart')]);
    inbound.set('cart', [{ targetPort: 8080, protocol: 'http', services: [{ id: cart, port: 80 }] }]);
    const views = [
      ['127.0.9.1_8080', { interception: 'none', addresses: ['127.0.9.1'] }],
      ['0.0.0.0_80', {}],
      ['127.0.0.1_15002', { httpProxyPort: 15002 }],
    ] as const;
    const all = () => views.map(([name, view]) => managerOf(listener(name, view)).pathWithEscapedSlashesAction);
    expect(all()).toEqual(['KEEP_UNCHANGED', 'KEEP_UNCHANGED', 'KEEP_UNCHANGED']);
    config.set('', { ...config.get('')!, pathNormalization: 'decode-and-merge-slashes' });
    expect(all()).toEqual(['UNESCAPE_AND_FORWARD', 'UNESCAPE_AND_FORWARD', 'UNESCAPE_AND_FORWARD']);
  });
});
