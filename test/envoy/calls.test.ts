import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCalls, titleOf } from '../support/calls.ts';
import { type EchoOptions, startEcho } from '../support/echo.ts';
import { envoyForTest } from '../support/envoy.ts';
import { judgeCall } from '../support/judge-call.ts';
import { loopback } from '../support/loopback.ts';
import { performCall } from '../support/perform-call.ts';

const HTTP = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const ROUTER = 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router';

test('calls through a real Envoy tell the cluster, who answered, and what arrived there', async () => {
  const { door } = await envoyWithTwoVersions();
  const wrong = await judge(
    `
    - call: GET http://cart.shop/x
      from: any
      headers: { x-user: eve }
      expect: { cluster: 'outbound|80|v2|cart.shop', service: cart, version: v2, arrives: { path: /x, headers: { x-user: eve, no: null } } }
    - { call: GET http://cart.shop/none, from: any, expect: { status: 404, cluster: null } }
    - { call: GET http://cart.shop/gone, from: any, expect: { status: 302, cluster: null, headers: { location: 'http://cart.shop/x' } } }
    - { call: GET http://cart.shop/split, from: any, times: 400, expect: { share: { v1: 90, 'outbound|80|v2|cart.shop': 10 } } }
    `,
    door,
  );
  expect(wrong).toEqual([]);
});

test('a call that went elsewhere is told as what should be and what is', async () => {
  const { door } = await envoyWithTwoVersions();
  const wrong = await judge(
    `
    - { call: GET http://cart.shop/x, from: any, expect: { version: v1, cluster: 'outbound|80|v1|cart.shop', arrives: { headers: { host: null } } } }
    - { call: GET http://cart.shop/split, from: any, times: 100, expect: { share: { v1: 10, v2: 90 } } }
    `,
    door,
  );
  expect(wrong).toEqual([
    'version should be v1, not v2',
    'header host that arrived should be absent, not cart.shop',
    'cluster should be outbound|80|v1|cart.shop, not outbound|80|v2|cart.shop',
    expect.stringMatching(/^v1 should have 10% of 100 \(±15\), not \d+$/),
    expect.stringMatching(/^v2 should have 90% of 100 \(±15\), not \d+$/),
  ]);
});

test('a misspelled expectation is refused with its place', () => {
  expect(() => callsOf('- { call: GET http://cart.shop/, from: any, expect: { versoin: v1 } }')).toThrow(
    /versoin.*\n.*\[0\].expect/,
  );
  expect(() => callsOf('- { call: cart.shop, from: any, expect: {} }')).toThrow('must be a method and a URL');
});

test('a call without a name is titled by what it asks', () => {
  const [call] = callsOf('- { call: GET http://cart.shop/, from: any, headers: { a: b }, expect: {} }');
  expect(titleOf(call!)).toBe('GET http://cart.shop/ with a: b');
});

async function judge(yaml: string, door: Parameters<typeof performCall>[1]): Promise<string[]> {
  const wrong: string[] = [];
  for (const call of callsOf(yaml)) wrong.push(...judgeCall(call, await performCall(call, door)));
  return wrong;
}

function callsOf(yaml: string) {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-calls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'calls.yaml');
  writeFileSync(file, yaml);
  return readCalls(file);
}

/** A static Envoy: /x to v2, /split to v1 and v2 as 90 to 10, /gone redirects, all else 404. */
async function envoyWithTwoVersions() {
  const v1 = await echoForTest({ service: 'cart', version: 'v1' });
  const v2 = await echoForTest({ service: 'cart', version: 'v2' });
  const address = loopback();
  const one = 'outbound|80|v1|cart.shop';
  const two = 'outbound|80|v2|cart.shop';
  const weights = {
    clusters: [
      { name: one, weight: 90 },
      { name: two, weight: 10 },
    ],
  };
  const routes = [
    { match: { path: '/x' }, route: { cluster: two } },
    { match: { path: '/split' }, route: { weightedClusters: weights } },
    { match: { path: '/gone' }, redirect: { pathRedirect: '/x', responseCode: 'FOUND' } },
  ];
  const manager = {
    '@type': HTTP,
    statPrefix: 'test',
    routeConfig: { virtualHosts: [{ name: 'all', domains: ['*'], routes }] },
    httpFilters: [{ name: 'envoy.filters.http.router', typedConfig: { '@type': ROUTER } }],
  };
  const listener = {
    name: 'test',
    address: { socketAddress: { address, portValue: 80 } },
    filterChains: [{ filters: [{ name: 'http', typedConfig: manager }] }],
  };
  const envoy = await envoyForTest({
    bootstrap: {
      admin: { address: { socketAddress: { address: '127.0.0.1', portValue: 0 } } },
      staticResources: { listeners: [listener], clusters: [staticCluster(one, v1), staticCluster(two, v2)] },
    },
  });
  await envoy.ready();
  const at = (await envoy.listenersReady('test')).get('test')!;
  return { door: { ...at, stats: envoy.stats } };
}

function staticCluster(name: string, { address, port: portValue }: { address: string; port: number }) {
  const endpoint = { address: { socketAddress: { address, portValue } } };
  return {
    name,
    altStatName: `${name};`,
    loadAssignment: { clusterName: name, endpoints: [{ lbEndpoints: [{ endpoint }] }] },
  };
}

async function echoForTest(options: EchoOptions) {
  const echo = await startEcho(options);
  onTestFinished(echo.close);
  return echo;
}
