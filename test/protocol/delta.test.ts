import { expect, test } from 'vitest';
import type { Resource, XdsType } from '../../src/proto/index.ts';
import { held, resource } from '../support/resources.ts';
import { until } from '../support/until.ts';
import { connect, start, type TestServer } from './test-server.ts';

test('a proxy that comes back with all versions is sent nothing on any type', async () => {
  const all: Resource[] = [
    resource('cds', 'cart'),
    resource('eds', 'cart'),
    resource('lds', 'in'),
    resource('rds', 'in'),
    resource('vhds', 'in/cart'),
    resource('sds', 'cert'),
  ];
  const server = await start(all);
  const proxy = connect(server, 'delta');
  for (const { type, name } of all) proxy.subscribe(type, ...(['eds', 'rds', 'sds'].includes(type) ? [name] : []));
  await until('it has all', () => all.every(({ type, name }) => proxy.has.get(type)!.has(name)));
  const before = proxy.responses.length;
  await proxy.reconnect();
  await until('the proxy is back', () => server.server.proxies().some(({ types }) => types.length === 6));
  server.world.change({ set: [resource('cds', 'marker')] });
  await proxy.upTo('cds marker');
  expect(proxy.responses.slice(before).map(({ type }) => type)).toEqual(['cds']);
});

test('a proxy that comes back is told what is gone', async () => {
  const server = await start([resource('cds', 'cart'), resource('cds', 'shop')]);
  const proxy = connect(server, 'delta');
  proxy.subscribe('cds');
  await proxy.upTo('cds cart shop');
  await proxy.close();
  server.world.change({ set: [held('cds', 'cart')], remove: [['cds', 'shop']] });
  await proxy.reconnect();
  expect(await proxy.upTo('cds -shop')).toEqual(['cds -shop']);
});

test('a name that * still covers is answered when it is given up', async () => {
  const server = await start([resource('cds', 'cart')]);
  const proxy = connect(server, 'delta');
  proxy.subscribe('cds', '*', 'cart', 'nothing');
  await proxy.upTo('cds cart -nothing');
  proxy.unsubscribe('cds', 'cart', 'nothing');
  expect(await proxy.upTo('cds cart -nothing')).toEqual(['cds cart -nothing']);
});

test('a proxy that gave up * and says it again is sent everything again, though a response was on its way', async () => {
  const server = await start([resource('cds', 'cart'), resource('cds', 'shop')]);
  const proxy = connect(server, 'delta');
  proxy.reply = () => 'wait';
  proxy.subscribe('cds', '*', 'cart');
  await proxy.upTo('cds cart shop');
  proxy.unsubscribe('cds', '*');
  proxy.subscribe('cds', '*');
  proxy.answer('cds', '1');
  expect(await proxy.upTo('cds shop')).toEqual(['cds shop']);
});

test('endpoints of a changed cluster are sent again after it, and those of a new one are not', async () => {
  const server = await start([resource('cds', 'cart'), resource('eds', 'cart'), resource('eds', 'shop')]);
  const proxy = connect(server, 'delta');
  proxy.subscribe('cds');
  proxy.subscribe('eds', 'cart', 'shop');
  await proxy.upTo('eds cart shop');
  server.world.change({ set: [resource('cds', 'cart', 2), resource('cds', 'shop')] });
  expect(await proxy.upTo('eds cart')).toEqual(['cds cart shop', 'eds cart']);
});

test('endpoints of a changed cluster are not sent again when that is switched off', async () => {
  const server = await start([resource('cds', 'cart'), resource('eds', 'cart')], {
    resendEndpointsOfChangedClusters: false,
  });
  const proxy = connect(server, 'delta');
  proxy.subscribe('cds');
  proxy.subscribe('eds', 'cart');
  await proxy.upTo('eds cart');
  server.world.change({ set: [resource('cds', 'cart', 2)] });
  server.world.change({ set: [resource('eds', 'cart', 2)] });
  expect(await proxy.upTo('eds cart')).toEqual(['cds cart', 'eds cart']);
});

test('virtual hosts come by themselves, and again for a route configuration that comes later', async () => {
  const server = await start([resource('rds', '80'), resource('rds', '90'), resource('vhds', '80/cart')]);
  const proxy = connect(server, 'delta');
  proxy.subscribe('rds', '80');
  proxy.subscribe('vhds');
  expect(await proxy.upTo('vhds 80/cart')).toEqual(['rds 80', 'vhds 80/cart']);
  server.world.change({ set: [resource('vhds', '80/cart', 2), resource('vhds', '90/shop')] });
  expect(await proxy.upTo('vhds 80/cart 90/shop')).toEqual(['vhds 80/cart 90/shop']);
  server.world.change({ remove: [['vhds', '80/cart']] });
  expect(await proxy.upTo('vhds -80/cart')).toEqual(['vhds -80/cart']);
  // Envoy dropped what came for a route configuration that it did not have.
  proxy.subscribe('rds', '90');
  expect(await proxy.upTo('vhds 90/shop')).toEqual(['rds 90', 'vhds 90/shop']);
});

test('virtual hosts come and go in one response, since the new one may have a domain that the old one had', async () => {
  const server = await start([resource('rds', '80'), resource('vhds', '80/cart')]);
  const proxy = connect(server, 'delta');
  proxy.subscribe('rds', '80');
  proxy.subscribe('vhds');
  await proxy.upTo('vhds 80/cart');
  server.world.change({ set: [resource('vhds', '80/shop')], remove: [['vhds', '80/cart']] });
  expect(await proxy.upTo('vhds 80/shop -80/cart')).toEqual(['vhds 80/shop -80/cart']);
});

test('a route configuration without virtual hosts is told that it has none, so that Envoy does not wait for them', async () => {
  const server = await start([resource('rds', '80'), resource('rds', '90'), resource('vhds', '70/shop')]);
  const proxy = connect(server, 'delta');
  proxy.subscribe('rds', '80');
  proxy.subscribe('vhds');
  expect(await proxy.upTo('vhds 70/shop -80/none')).toEqual(['rds 80', 'vhds 70/shop -80/none']);
  proxy.subscribe('rds', '90');
  expect(await proxy.upTo('vhds -90/none')).toEqual(['rds 90', 'vhds -90/none']);
});

test('what does not fit into one message comes in several, each when the one before was taken', async () => {
  const names = Array.from({ length: 90 }, (_, i) => `${i}-${'x'.repeat(50_000)}`);
  const server = await start(names.map((name) => resource('rds', name)));
  const proxy = connect(server, 'delta');
  proxy.subscribe('rds', ...names);
  await until('it has all', () => proxy.has.get('rds')!.size === names.length);
  expect(proxy.responses.length).toBeGreaterThan(1);
  expect(Math.max(...proxy.responses.map(({ size }) => size))).toBeLessThan(4 * 1024 * 1024);
  expect(resourcesSent(server, 'rds')).toBe(names.length);
});

test('500 changes of one proxy do not make another one forget: each gets its own', async () => {
  const server = await start([resource('eds', 'a'), resource('eds', 'b')]);
  const one = connect(server, 'delta', 'one');
  const two = connect(server, 'delta', 'two');
  one.subscribe('eds', 'a');
  two.subscribe('eds', 'b');
  await one.upTo('eds a');
  await two.upTo('eds b');
  for (let revision = 2; revision < 500; revision++) server.world.change({ set: [resource('eds', 'a', revision)] });
  server.world.change({ set: [resource('eds', 'b', 2)] });
  expect(await two.upTo('eds b')).toEqual(['eds b']);
  await until('the last revision', () => one.has.get('eds')!.get('a') === resource('eds', 'a', 499).version);
});

function resourcesSent(server: TestServer, type: XdsType): number {
  return server.events.reduce(
    (sum, event) => sum + (event.kind === 'sent' && event.type === type ? event.resources : 0),
    0,
  );
}
