import { describe, expect, test } from 'vitest';
import {
  meshWithSidecar,
  NO_CLUSTER_ADDRESSES,
  rule,
  service,
  startApplication,
  versions,
} from '../support/sidecar.ts';

const CART = `${service('cart', { '10.1.0.1': 'v1', '10.1.0.2': 'v2' })}${versions('cart')}`;
const TO_V1 = 'route: [{ destination: { host: cart, subset: v1 } }]';

describe.skipIf(NO_CLUSTER_ADDRESSES)('a request through a sidecar', () => {
  test('arrives with the path and host that a rewrite makes of its own', async () => {
    await startApplication('cart', '10.1.0.1');
    const { call } = await meshWithSidecar(
      `${CART}${rule(
        'VirtualService',
        'cart',
        `  http:
    - match: [{ uri: { prefix: /shop/ } }]
      rewrite: { uri: /, authority: inside.example }
      ${TO_V1}
    - match: [{ uri: { prefix: /item } }]
      rewrite: { uriRegexRewrite: { match: '^/item/([0-9]+)', rewrite: '/goods/\\1' } }
      ${TO_V1}
    - ${TO_V1}`,
      )}`,
    );
    const { host, path } = (await call('http://cart/shop/a?b=c')).echoed!;
    expect({ host, path }).toEqual({ host: 'inside.example', path: '/a?b=c' });
    expect((await call('http://cart/item/12/x')).echoed?.path).toBe('/goods/12/x');
    expect((await call('http://cart/else')).echoed).toMatchObject({ host: 'cart', path: '/else' });
  });

  test('is sent elsewhere, or answered, without meeting the application', async () => {
    const cart = await startApplication('cart', '10.1.0.1');
    const { call } = await meshWithSidecar(
      `${CART}${rule(
        'VirtualService',
        'cart',
        `  http:
    - match: [{ uri: { prefix: /away } }]
      redirect: { authority: www.example, uri: /there, redirectCode: 302 }
    - match: [{ uri: { prefix: /teapot } }]
      directResponse: { status: 418, body: { string: short and stout } }
      headers: { response: { set: { x-kind: pot } } }
    - ${TO_V1}`,
      )}`,
    );
    expect(await call('http://cart/away/x')).toMatchObject({
      status: 302,
      headers: { location: 'http://www.example/there' },
    });
    expect(await call('http://cart/teapot')).toMatchObject({
      status: 418,
      body: 'short and stout',
      headers: { 'x-kind': 'pot' },
    });
    expect(cart.seen).toEqual([]);
    expect((await call('http://cart/')).status).toBe(200);
  });

  test('and its answer have headers set, added and removed', async () => {
    const cart = await startApplication('cart', '10.1.0.1');
    cart.behave({ headers: { y: 'was', 'y-gone': 'was', 'y-more': 'was' } });
    const { call } = await meshWithSidecar(
      `${CART}${rule(
        'VirtualService',
        'cart',
        `  http:
    - headers:
        request: { set: { x: is, host: named.example }, add: { x-more: more }, remove: [x-gone] }
        response: { set: { y: is }, add: { y-more: more }, remove: [y-gone] }
      ${TO_V1}`,
      )}`,
    );
    const { headers, echoed } = await call('http://cart/', { headers: { x: 'was', 'x-more': 'was', 'x-gone': 'was' } });
    expect(echoed).toMatchObject({ host: 'named.example', headers: { x: 'is', 'x-more': 'was, more' } });
    expect(headers).toMatchObject({ y: 'is', 'y-more': 'was, more' });
    expect([echoed!.headers['x-gone'], headers['y-gone']]).toEqual([undefined, undefined]);
  });

  test('that is split by weight has the headers of the destination that got it', async () => {
    await startApplication('cart', '10.1.0.1', 'v1');
    await startApplication('cart', '10.1.0.2', 'v2');
    const { calls } = await meshWithSidecar(
      `${CART}${rule(
        'VirtualService',
        'cart',
        `  http:
    - headers: { request: { set: { x-all: always } } }
      route:
        - { destination: { host: cart, subset: v1 }, weight: 75, headers: { request: { set: { x-to: one } } } }
        - { destination: { host: cart, subset: v2 }, weight: 25, headers: { response: { set: { y-from: two } } } }`,
      )}`,
    );
    const answers = await calls('http://cart/', { times: 400 });
    const seen = answers.map(({ echoed, headers }) =>
      [echoed?.version, echoed?.headers['x-all'], echoed?.headers['x-to'], headers['y-from']].join(),
    );
    expect(new Set(seen)).toEqual(new Set(['v1,always,one,', 'v2,always,,two']));
    // Five standard deviations of a binomial.
    const toV2 = seen.filter((one) => one.startsWith('v2')).length;
    expect(Math.abs(toV2 - 100)).toBeLessThan(5 * Math.sqrt(400 * 0.25 * 0.75));
  });

  test('of a browser that asks first is answered for the origins that may, and passed on for others', async () => {
    const cart = await startApplication('cart', '10.1.0.1');
    const { call } = await meshWithSidecar(
      `${CART}${rule(
        'VirtualService',
        'cart',
        `  http:
    - corsPolicy:
        allowOrigins: [{ exact: 'https://www.example' }, { regex: 'https://[a-z]+\\.shop' }]
        allowMethods: [GET, PUT]
        allowHeaders: [x-a]
        exposeHeaders: [y-a]
        allowCredentials: true
        maxAge: 24h
      ${TO_V1}`,
      )}`,
    );
    const ask = (origin: string) =>
      call('http://cart/', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } });
    expect((await ask('https://www.example')).headers).toMatchObject({
      'access-control-allow-origin': 'https://www.example',
      'access-control-allow-methods': 'GET,PUT',
      'access-control-allow-headers': 'x-a',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '86400',
    });
    expect((await ask('https://nice.shop')).headers).toHaveProperty('access-control-allow-origin', 'https://nice.shop');
    expect(cart.seen).toEqual([]);

    expect((await ask('https://evil.example')).headers).not.toHaveProperty('access-control-allow-origin');
    expect(cart.seen.map(({ method }) => method)).toEqual(['OPTIONS']);
    expect((await call('http://cart/', { headers: { origin: 'https://www.example' } })).headers).toMatchObject({
      'access-control-allow-origin': 'https://www.example',
      'access-control-expose-headers': 'y-a',
    });
  });
});
