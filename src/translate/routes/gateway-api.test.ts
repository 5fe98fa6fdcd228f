import { expect, test } from 'vitest';
import { entriesIn, type Layers, lookupIn } from '../../lib/layers.ts';
import type { Entry } from '../../proto/index.ts';
import { gateway, HTTP, httpRoute, PROXY } from '../../route/gateway-api/gateway.fixture.ts';
import { services, type World, world } from '../../route/testing.ts';
import { fakeView } from '../fake-views.ts';
import { sent, translators } from './testing.ts';

const ROUTER = fakeView({ role: 'router', ...PROXY });
const SIZE = 1000;

/** One of a thousand: five hostnames, one rule. */
function route(i: number, weight: number, backend = 'cart'): string {
  const hostnames = [1, 2, 3, 4, 5].map((k) => `h${k}.r${i}.example.com`).join(', ');
  const refs = `[{name: ${backend}, port: 80, weight: ${weight}}, {name: pay, port: 80, weight: 1}]`;
  return httpRoute(`shop/r${i}`, `hostnames: [${hostnames}], rules: [{backendRefs: ${refs}}]`);
}

/** What the proxy is sent anew after a change, and what was computed for it. */
function follow(w: World) {
  const { rds, vhds } = translators(w);
  const read = () => ({ rds: rds.resources(ROUTER), vhds: vhds.resources(ROUTER) });
  const watch = w.graph.watch('proxy', read, () => {});
  let before = watch.read();
  return (change: () => void) => {
    w.graph.computed.clear();
    change();
    const now = watch.read();
    const changed = [...changedIn(before.rds, now.rds), ...changedIn(before.vhds, now.vhds)];
    before = now;
    return { changed: changed.sort(), computed: Object.fromEntries(w.graph.computed) };
  };
}

function changedIn(old: Layers<Entry>, now: Layers<Entry>): readonly string[] {
  return [...entriesIn(now)].filter(([name, entry]) => lookupIn(old, name) !== entry).map(([name]) => name);
}

/** Its hostnames share one virtual host. */
function hostsOf(i: number): readonly string[] {
  return [`http.80/h1.r${i}.example.com:80`];
}

test('of a thousand routes one that changes, comes or goes is one virtual host’s business', () => {
  const routes = Array.from({ length: SIZE }, (_, i) => route(i, 1));
  const w = world([gateway([HTTP]), services('shop/cart', 'shop/pay', 'shop/log'), ...routes].join('\n---\n'));
  const after = follow(w);

  // A weight: nobody asks which hosts there are.
  const weight = after(() => w.put(route(7, 2)));
  expect(weight.changed).toEqual(hostsOf(7));
  expect(weight.computed).toMatchObject({ 'gateway.virtualHost.entry': 1, 'gatewayApi.backendHosts': 1 });
  expect(Object.keys(weight.computed)).not.toContain('gatewayApi.gatewayHosts');
  expect(Object.keys(weight.computed)).not.toContain('gateway.routes');

  const backend = after(() => w.put(route(7, 2, 'log')));
  expect(backend.changed).toEqual(hostsOf(7));
  expect(backend.computed).toMatchObject({ 'gateway.virtualHost.entry': 1 });
  expect(Object.keys(backend.computed)).not.toContain('gatewayApi.gatewayHosts');

  const come = after(() => w.put(route(SIZE, 1)));
  expect(come.changed).toEqual(hostsOf(SIZE));
  expect(come.computed).toMatchObject({ 'gateway.virtualHost.entry': 1 });

  const gone = after(() => w.drop(`shop/r${SIZE}`, 'gateway.networking.k8s.io/HTTPRoute'));
  expect(gone.changed).toEqual([]);
  expect(gone.computed['gateway.virtualHost.entry']).toBeUndefined();
});

const BOTH = services('shop/cart', 'shop/pay', 'shop/log');

/** The routes of the only host there is. */
function routesOf(rule: string, host = '*') {
  const w = world(gateway([HTTP]), BOTH, httpRoute('shop/a', `rules: [${rule}]`));
  return sent(w, ROUTER, 'vhds')[`http.80/${host}:80`]!.routes!;
}

const REWRITE = '{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /x}}}';
const REDIRECT = '{type: RequestRedirect, requestRedirect: {hostname: h.example}}';
const MIRROR = '{type: RequestMirror, requestMirror: {backendRef: {name: log, port: 80}}}';

test('what Envoy cannot do in one of several clusters is a route of its own, for its fraction', () => {
  const routes = routesOf(`{backendRefs: [
    {name: cart, port: 80, weight: 5},
    {name: nobody, port: 80, weight: 1},
    {name: pay, port: 80, weight: 1, filters: [${REDIRECT}]},
    {name: pay, port: 80, weight: 1, filters: [${REWRITE}, ${MIRROR}]},
    {name: log, port: 80, weight: 2}]}`);
  expect(routes).toMatchObject([
    { match: { runtimeFraction: { defaultValue: { numerator: 100_000 } } }, directResponse: { status: 500 } },
    { match: { runtimeFraction: { defaultValue: { numerator: 200_000 } } }, redirect: { hostRedirect: 'h.example' } },
    {
      match: { runtimeFraction: { defaultValue: { numerator: 300_000 } } },
      route: {
        cluster: 'outbound|80||pay.shop.svc.cluster.local',
        requestMirrorPolicies: [{ cluster: 'outbound|80||log.shop.svc.cluster.local' }],
      },
    },
    { route: { weightedClusters: { clusters: [{ weight: 5 }, { weight: 2 }] } } },
  ]);
  expect(routes[3]).not.toHaveProperty('match.runtimeFraction');
});

test('a single backend is a route without fractions, whatever it asks for', () => {
  expect(routesOf(`{backendRefs: [{name: pay, port: 80, weight: 7, filters: [${REWRITE}]}]}`)).toMatchObject([
    { match: { prefix: '/' }, route: { cluster: 'outbound|80||pay.shop.svc.cluster.local', regexRewrite: {} } },
  ]);
});

test.each([
  ['to one backend', 'backendRefs: [{name: cart, port: 80}]'],
  ['to several', 'backendRefs: [{name: cart, port: 80}, {name: pay, port: 80}]'],
])('nobody is let through %s where there is nobody to ask', (_, backends) => {
  const asks = '{type: ExternalAuth, externalAuth: {protocol: HTTP, http: {}, backendRef: {name: nobody, port: 80}}}';
  const routes = routesOf(`{filters: [${asks}], ${backends}}`);
  expect(routes).toMatchObject([{ directResponse: { status: 500 } }]);
  expect(routes[0]).not.toHaveProperty('route');
});

test('nor is anybody redirected', () => {
  const asks = '{type: ExternalAuth, externalAuth: {protocol: HTTP, http: {}, backendRef: {name: nobody, port: 80}}}';
  expect(routesOf(`{filters: [${asks}, ${REDIRECT}]}`)).toMatchObject([{ directResponse: { status: 500 } }]);
});

test('every part of a virtual host leads back to the line that decided it', () => {
  const rule =
    '{matches: [{path: {value: /a}}, {path: {value: /b}}], backendRefs: [{name: nobody, port: 80}, {name: cart, port: 80}]}';
  const w = world(gateway([HTTP]), BOTH, httpRoute('shop/a', `hostnames: [a.example], rules: [${rule}]`));
  const explain = translators(w).vhds.explain(ROUTER, 'http.80/a.example:80')!;
  expect(explain.decided.map(({ path, origin }) => [path, origin.path])).toEqual([
    ['', 'spec.hostnames'],
    ['routes[0]', 'spec.rules[0].matches[0]'],
    ['routes[0].directResponse', 'spec.rules[0].backendRefs[0]'],
    ['routes[1]', 'spec.rules[0].matches[0]'],
    ['routes[1].route.weightedClusters.clusters[0]', 'spec.rules[0].backendRefs[1]'],
    ['routes[2]', 'spec.rules[0].matches[1]'],
    ['routes[2].directResponse', 'spec.rules[0].backendRefs[0]'],
    ['routes[3]', 'spec.rules[0].matches[1]'],
    ['routes[3].route.weightedClusters.clusters[0]', 'spec.rules[0].backendRefs[1]'],
  ]);
  const all = translators(w).vhds.explain(ROUTER, 'http.80/*:80')!;
  expect(all).toMatchObject({
    message: { domains: ['*'] },
    decided: [
      { path: '', origin: { object: 'gateway.networking.k8s.io/Gateway/infra/public', path: 'spec.listeners[0]' } },
    ],
  });
});

test('a redirect that takes a prefix away leaves one slash', () => {
  const redirect = '{path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}';
  const [route] = routesOf(
    `{matches: [{path: {value: /old}}], filters: [{type: RequestRedirect, requestRedirect: ${redirect}}]}`,
  );
  expect(route).toMatchObject({
    redirect: { regexRewrite: { pattern: { regex: '^/old(/?)(.*)' }, substitution: '/\\2' } },
  });
});
