import { describe, expect, test } from 'vitest';
import type { Protocol } from '../../src/xds/index.ts';
import { resource } from '../support/resources.ts';
import { until } from '../support/until.ts';
import { connect, start } from './test-server.ts';

const protocols: readonly Protocol[] = ['sotw', 'delta'];

describe.each(protocols)('a %s proxy', (protocol) => {
  test('that comes back is sent only what differs from what it has', async () => {
    const server = await start([resource('cds', 'cart'), resource('cds', 'shop'), resource('lds', 'in')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    proxy.subscribe('lds');
    await proxy.upTo('lds in');
    await proxy.reconnect();
    await until('the proxy is back', () => server.server.proxies().some(({ types }) => types.length === 2));
    server.world.change({ set: [resource('cds', 'shop', 2), resource('cds', 'marker')] });
    expect(await proxy.upTo('cds marker shop')).toEqual(['cds marker shop']);
    if (protocol === 'delta') expect(proxy.responses.at(-1)!.resources).toHaveLength(2);
  });

  test('is sent the endpoints of a changed cluster again, though it asks for those of a new one only', async () => {
    const server = await start([resource('cds', 'cart'), resource('eds', 'cart'), resource('eds', 'shop')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    proxy.subscribe('eds', 'cart');
    await proxy.upTo('eds cart');
    server.world.change({ set: [resource('cds', 'cart', 2), resource('cds', 'shop')] });
    expect(await proxy.upTo('eds cart')).toEqual(['cds cart shop', 'eds cart']);
    proxy.subscribe('eds', 'shop');
    expect(await proxy.upTo('eds shop')).toEqual(['eds shop']);
  });

  test('that comes back and asks for endpoints before clusters is sent them, though it has them: a cluster of it is cold', async () => {
    const server = await start([resource('cds', 'cart'), resource('eds', 'cart')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('eds', 'cart');
    proxy.subscribe('cds');
    await proxy.upTo('cds cart');
    await until('all is answered', () => server.events.filter(({ kind }) => kind === 'accepted').length === 2);
    await proxy.reconnect();
    expect(await proxy.upTo('eds cart')).toEqual(['eds cart']);
  });
});
