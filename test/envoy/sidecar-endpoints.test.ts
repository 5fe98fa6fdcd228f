import { describe, expect, test } from 'vitest';
import { meshWithSidecar, NO_CLUSTER_ADDRESSES, rule, service, startApplication } from '../support/sidecar.ts';
import { until } from '../support/until.ts';

const PODS = { '10.1.0.1': 'v1', '10.1.0.2': 'v2', '10.1.0.3': 'v3' };

/** A cart of three Pods, governed by this. */
function cartWith(trafficPolicy: string, pods: Readonly<Record<string, string>> = PODS): string {
  return `${service('cart', pods)}${rule('DestinationRule', 'cart', `  trafficPolicy: ${trafficPolicy}`)}`;
}

async function startCarts() {
  return Promise.all(Object.entries(PODS).map(([ip, version]) => startApplication('cart', ip, version)));
}

describe.skipIf(NO_CLUSTER_ADDRESSES)('a sidecar', () => {
  test('asks the endpoints in turn if the rule says so', async () => {
    await startCarts();
    const { calls } = await meshWithSidecar(cartWith('{ loadBalancer: { simple: ROUND_ROBIN } }'));
    const versions = (await calls('http://cart/', { times: 9 })).map(({ echoed }) => echoed!.version);
    const turn = versions.slice(0, 3);
    expect(turn.toSorted()).toEqual(['v1', 'v2', 'v3']);
    expect(versions).toEqual([...turn, ...turn, ...turn]);
  });

  test.each([
    ['a header', '{ httpHeaderName: x-user }', (user: string) => ['/', { 'x-user': user }] as const],
    ['a query parameter', '{ httpQueryParameterName: user }', (user: string) => [`/?user=${user}`, {}] as const],
    [
      'a cookie',
      '{ httpCookie: { name: user, ttl: 0s } }',
      (user: string) => ['/', { cookie: `user=${user}` }] as const,
    ],
  ])('keeps those who say the same in %s at one endpoint', async (_, consistentHash, of) => {
    await startCarts();
    const { calls } = await meshWithSidecar(cartWith(`{ loadBalancer: { consistentHash: ${consistentHash} } }`));
    const used = new Set<string>();
    for (let user = 0; user < 12; user++) {
      const [path, headers] = of(`user-${user}`);
      const versions = (await calls(`http://cart${path}`, { headers, times: 4 })).map(({ echoed }) => echoed!.version);
      expect(new Set(versions).size, versions.join()).toBe(1);
      used.add(versions[0]!);
    }
    expect(used.size).toBeGreaterThan(1);
  });

  test('asks an endpoint that fails no more, and again when its time is over', async () => {
    const [, bad] = await startCarts();
    const policy = (time: string) =>
      `{ loadBalancer: { simple: ROUND_ROBIN }, outlierDetection: { consecutive5xxErrors: 2, interval: 50ms, baseEjectionTime: ${time}, maxEjectionPercent: 100 } }`;
    const { calls, envoy, served } = await meshWithSidecar(cartWith(policy('1h')));
    bad!.behave({ status: 500 });
    const statuses = async (times: number) => (await calls('http://cart/', { times })).map(({ status }) => status);
    const failures = (await statuses(12)).filter((status) => status !== 200);
    expect(failures).toEqual([500, 500]);
    expect(bad!.seen).toHaveLength(2);
    await envoy.statReaches('cluster.outbound|80||cart.shop.svc.cluster.local;.outlier_detection.ejections_active', 1);

    bad!.behave({});
    await served.change(() => served.write('mesh.yaml', cartWith(policy('50ms'))));
    await until('it is asked again', async () => {
      expect(await statuses(3)).toEqual([200, 200, 200]);
      return bad!.seen.length > 2;
    });
  });

  test('answers 503 for more than fits into the connections and the queue of the rule', async () => {
    const cart = await startApplication('cart', '10.1.0.1');
    const pool = '{ connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } } }';
    const { call, envoy } = await meshWithSidecar(cartWith(pool, { '10.1.0.1': 'v1' }));
    const { promise: later, resolve: answer } = Promise.withResolvers<void>();
    cart.behave({ after: later });
    const cluster = 'cluster.outbound|80||cart.shop.svc.cluster.local;';

    const first = call('http://cart/1');
    await until('the first is under way', () => cart.seen.length === 1);
    const second = call('http://cart/2');
    await envoy.statReaches(`${cluster}.upstream_rq_pending_active`, 1);
    expect(await call('http://cart/3')).toMatchObject({ status: 503, headers: { 'x-envoy-overloaded': 'true' } });
    await envoy.statReaches(`${cluster}.upstream_rq_pending_overflow`, 1);
    answer();
    expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([200, 200]);
    expect(cart.seen.map(({ path }) => path)).toEqual(['/1', '/2']);
  });

  test('sends no more requests over a connection than the rule allows', async () => {
    await startApplication('cart', '10.1.0.1');
    const pool = '{ connectionPool: { http: { maxRequestsPerConnection: 2 } } }';
    const { calls, envoy } = await meshWithSidecar(cartWith(pool, { '10.1.0.1': 'v1' }));
    await calls('http://cart/', { times: 6 });
    const stats = await envoy.stats('outbound\\|80\\|\\|cart.*upstream_cx_total');
    expect([...stats.values()]).toEqual([3]);
  });
});
