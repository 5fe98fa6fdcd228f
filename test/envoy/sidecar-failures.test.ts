import { describe, expect, test } from 'vitest';
import { NEVER } from '../support/echo.ts';
import { meshWithSidecar, NO_CLUSTER_ADDRESSES, rule, service, startApplication } from '../support/sidecar.ts';
import { until } from '../support/until.ts';

const CART = service('cart', { '10.1.0.1': 'v1' });

/** The mesh of a cart whose only route has these settings. */
function cartWith(settings: string): string {
  return `${CART}${rule('VirtualService', 'cart', `  http: [{ route: [{ destination: { host: cart } }], ${settings} }]`)}`;
}

describe.skipIf(NO_CLUSTER_ADDRESSES)('a sidecar', () => {
  test('tries again what fails, as often as the rule says, and its program sees only the last answer', async () => {
    const cart = await startApplication('cart', '10.1.0.1');
    const { call, served } = await meshWithSidecar(cartWith('retries: { attempts: 2, retryOn: 5xx, backoff: 1ms }'));
    cart.behave(() => ({ status: cart.seen.length <= 2 ? 503 : 200 }));
    expect((await call('http://cart/')).status).toBe(200);
    expect(cart.seen.map(({ headers }) => headers['x-envoy-attempt-count'])).toEqual(['1', '2', '3']);

    cart.behave({ status: 503 });
    expect((await call('http://cart/')).status).toBe(503);
    expect(cart.seen).toHaveLength(6);

    await served.change(() => served.write('mesh.yaml', cartWith('retries: { attempts: 0, retryOn: 5xx }')));
    expect((await call('http://cart/')).status).toBe(503);
    expect(cart.seen).toHaveLength(7);
  });

  test('tries again on the statuses that the rule names, and on no other', async () => {
    const cart = await startApplication('cart', '10.1.0.1');
    const { call } = await meshWithSidecar(cartWith("retries: { attempts: 1, retryOn: '418', backoff: 1ms }"));
    const attemptsAt = async (status: number): Promise<number> => {
      cart.behave({ status });
      const before = cart.seen.length;
      expect((await call('http://cart/')).status).toBe(status);
      return cart.seen.length - before;
    };
    expect([await attemptsAt(418), await attemptsAt(503)]).toEqual([2, 1]);
  });

  test('without a rule tries another endpoint when one refuses connections, and repeats no request that was answered', async () => {
    const [good, bad] = [await startApplication('cart', '10.1.0.1'), await startApplication('cart', '10.1.0.2')];
    const balanced = rule('DestinationRule', 'cart', '  trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN } }');
    const { calls } = await meshWithSidecar(`${service('cart', { '10.1.0.1': 'v1', '10.1.0.2': 'v1' })}${balanced}`);
    await bad.refuse();
    const answers = await calls('http://cart/', { times: 6 });
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(good.seen.some(({ headers }) => headers['x-envoy-attempt-count'] === '2')).toBe(true);

    good.behave({ status: 503 });
    const before = good.seen.length;
    expect((await calls('http://cart/', { times: 4 })).map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect(good.seen).toHaveLength(before + 4);
  });

  test('answers 504 for an application that does not answer in time', async () => {
    const cart = await startApplication('cart', '10.1.0.1');
    cart.behave({ after: NEVER });
    const { call } = await meshWithSidecar(cartWith('timeout: 50ms, retries: { attempts: 0 }'));
    expect(await call('http://cart/')).toMatchObject({ status: 504, body: 'upstream request timeout' });
    expect(cart.seen).toHaveLength(1);
  });

  test('gives up on a single try in time, and the next may answer', async () => {
    const cart = await startApplication('cart', '10.1.0.1');
    cart.behave(() => (cart.seen.length === 1 ? { after: NEVER } : {}));
    const retries = 'retries: { attempts: 1, perTryTimeout: 100ms, retryOn: 5xx, backoff: 1ms }';
    const { call } = await meshWithSidecar(cartWith(retries));
    expect((await call('http://cart/')).status).toBe(200);
    expect(cart.seen).toHaveLength(2);
  });

  test('injects an abort instead of asking the application', async () => {
    const cart = await startApplication('cart', '10.1.0.1');
    const { call, served } = await meshWithSidecar(cartWith(abort(100)));
    expect(await call('http://cart/')).toMatchObject({ status: 555, body: 'fault filter abort' });
    expect(cart.seen).toEqual([]);
    await served.change(() => served.write('mesh.yaml', cartWith(abort(0))));
    expect((await call('http://cart/')).status).toBe(200);
  });

  test('injects a delay before the application is asked', async () => {
    const cart = await startApplication('cart', '10.1.0.1');
    const delay = (time: string) => `fault: { delay: { fixedDelay: ${time}, percentage: { value: 100 } } }`;
    const { call, served, envoy } = await meshWithSidecar(cartWith(delay('1h')));
    const door = 'http.outbound_127.0.0.1_15002;.fault.delays_injected';
    void call('http://cart/late');
    await envoy.statReaches(door, 1);
    await served.change(() => served.write('mesh.yaml', cartWith(delay('1ms'))));
    expect((await call('http://cart/soon')).status).toBe(200);
    await envoy.statReaches(door, 2);
    expect(cart.seen.map(({ path }) => path)).toEqual(['/soon']);
  });

  test('sends a copy of what its rule mirrors, and its program sees the main answer only', async () => {
    const cart = await startApplication('cart', '10.1.0.1');
    const copy = await startApplication('copy', '10.1.0.2');
    copy.behave({ status: 500, after: NEVER });
    const mesh = (percent: number) =>
      `${cartWith(`mirror: { host: copy }, mirrorPercentage: { value: ${percent} }`)}${service('copy', { '10.1.0.2': 'v1' }, '10.96.0.2')}`;
    const { calls, served } = await meshWithSidecar(mesh(100));
    const askedFor = async (path: string) => {
      const answers = await calls(`http://cart${path}`, { times: 10 });
      expect(answers.map(({ status, echoed }) => `${status} ${echoed?.service}`)).toEqual(
        answers.map(() => '200 cart'),
      );
    };
    await askedFor('/all');
    await until('every request is mirrored', () => copy.seen.length === 10);
    expect(new Set(copy.seen.map(({ path, host }) => `${host} ${path}`))).toEqual(new Set(['cart-shadow /all']));

    await served.change(() => served.write('mesh.yaml', mesh(0)));
    await askedFor('/none');
    await served.change(() => served.write('mesh.yaml', mesh(100)));
    await askedFor('/last');
    await until('the last are mirrored', () => copy.seen.filter(({ path }) => path === '/last').length === 10);
    expect(copy.seen.map(({ path }) => path)).not.toContain('/none');
    expect(cart.seen).toHaveLength(30);
  });
});

function abort(percent: number): string {
  return `fault: { abort: { httpStatus: 555, percentage: { value: ${percent} } } }`;
}
