import { describe, expect, test } from 'vitest';
import type { Protocol } from '../../src/xds/index.ts';
import { held, resource } from '../support/resources.ts';
import { until } from '../support/until.ts';
import { connect, start, type TestServer } from './test-server.ts';

/** Every story is told twice, and both proxies must end the same: what a response did is in the log, not how it said it. */
const protocols: readonly Protocol[] = ['sotw', 'delta'];

describe.each(protocols)('a %s proxy', (protocol) => {
  const isDelta = protocol === 'delta';

  test('gets all clusters and listeners there are, and of the rest what it names', async () => {
    const server = await start([
      resource('cds', 'cart'),
      resource('eds', 'cart'),
      resource('eds', 'other'),
      resource('lds', 'in'),
    ]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    proxy.subscribe('eds', 'cart');
    proxy.subscribe('lds');
    expect(await proxy.upTo('lds in')).toEqual(['cds cart', 'eds cart', 'lds in']);
  });

  test('is told when there is nothing, so that it becomes ready', async () => {
    const server = await start();
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    proxy.subscribe('lds');
    expect(await proxy.upTo('lds')).toEqual(['cds', 'lds']);
  });

  test('is answered when it names something that does not exist', async () => {
    const server = await start();
    const proxy = connect(server, protocol);
    proxy.subscribe('rds', 'nothing');
    expect(await proxy.upTo(isDelta ? 'rds -nothing' : 'rds')).toHaveLength(1);
    server.world.change({ set: [resource('rds', 'nothing')] });
    expect(await proxy.upTo('rds nothing')).toEqual(['rds nothing']);
  });

  test('gets exactly the one resource that changed', async () => {
    const server = await start([
      resource('cds', 'cart'),
      resource('cds', 'shop'),
      resource('eds', 'cart'),
      resource('eds', 'shop'),
    ]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    proxy.subscribe('eds', 'cart', 'shop');
    await proxy.upTo('eds cart shop');
    server.world.change({ set: [resource('eds', 'cart', 2)] });
    expect(await proxy.upTo('eds cart')).toEqual(['eds cart']);
    expect(proxy.responses.at(-1)!.resources).toHaveLength(1);
  });

  test('is sent nothing for a change that it does not see', async () => {
    const server = await start([resource('cds', 'cart'), resource('eds', 'cart')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    proxy.subscribe('eds', 'cart');
    await proxy.upTo('eds cart');
    server.world.change({ set: [resource('eds', 'unseen'), resource('lds', 'unseen'), resource('cds', 'cart')] });
    server.world.change({ set: [resource('cds', 'marker')] });
    expect(await proxy.upTo('cds marker')).toEqual(['cds marker']);
  });

  test('gets what is new before what refers to it, and loses what is old after', async () => {
    const server = await start([
      resource('cds', 'old'),
      resource('eds', 'old'),
      resource('lds', 'in'),
      resource('rds', 'in'),
    ]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    proxy.subscribe('eds', 'old', 'new');
    proxy.subscribe('lds');
    proxy.subscribe('rds', 'in');
    await proxy.upTo('rds in');
    server.world.change({
      set: [resource('cds', 'new'), resource('eds', 'new'), resource('lds', 'in', 2), resource('rds', 'in', 2)],
      remove: [
        ['cds', 'old'],
        ['eds', 'old'],
      ],
    });
    const gone = isDelta ? ['eds -old', 'cds -old'] : ['cds -old'];
    expect(await proxy.upTo('cds -old')).toEqual(['cds new', 'eds new', 'lds in', 'rds in', ...gone]);
  });

  test('is sent no listener before it has taken the clusters', async () => {
    const server = await start([resource('cds', 'cart'), resource('lds', 'in')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    proxy.subscribe('lds');
    await proxy.upTo('lds in');
    proxy.reply = (_response, type) => (type === 'cds' ? 'wait' : 'ack');
    server.world.change({ set: [resource('cds', 'cart', 2), resource('lds', 'in', 2)] });
    await proxy.upTo('cds cart');
    // A request that is answered shows that the server had its turn, and did not send the listener in it.
    proxy.subscribe('eds', 'late');
    await proxy.upTo(isDelta ? 'eds -late' : 'eds');
    expect(proxy.log.filter((line) => line === 'lds in')).toHaveLength(1);
    proxy.answer('cds', proxy.responses.findLast(({ type }) => type === 'cds')!.nonce);
    expect(await proxy.upTo('lds in')).toEqual(['lds in']);
  });

  test('is told the last of many changes that came while it was busy, and no other', async () => {
    const server = await start([resource('cds', 'cart')]);
    const proxy = connect(server, protocol);
    proxy.reply = () => 'wait';
    proxy.subscribe('cds');
    await proxy.upTo('cds cart');
    for (let revision = 2; revision < 10; revision++) server.world.change({ set: [resource('cds', 'cart', revision)] });
    server.world.change({ set: [resource('cds', 'marker')] });
    proxy.reply = () => 'ack';
    proxy.answer('cds', proxy.responses.at(-1)!.nonce);
    expect(await proxy.upTo('cds cart marker')).toEqual(['cds cart marker']);
  });

  test('may answer a response that was overtaken, and nothing happens', async () => {
    const server = await start([resource('cds', 'cart')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    await proxy.upTo('cds cart');
    server.world.change({ set: [resource('cds', 'cart', 2)] });
    await proxy.upTo('cds cart');
    proxy.answer('cds', '1', 'I did not like the first one');
    server.world.change({ set: [resource('cds', 'marker')] });
    expect(await proxy.upTo('cds marker')).toEqual(['cds marker']);
    expect(server.events.filter(({ kind }) => kind === 'rejected')).toEqual([]);
  });

  test('keeps what it had of a resource that it rejects, gets the rest, and is told when the cause is gone', async () => {
    const server = await start([resource('cds', 'good-one'), resource('cds', 'bad-one')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    await proxy.upTo('cds bad-one good-one');
    proxy.reply = ({ resources }) =>
      isPoisoned(resources) ? { error: 'Error adding/updating cluster(s) bad-one: no such thing' } : 'ack';
    server.world.change({ set: [resource('cds', 'good-one', 2), resource('cds', 'bad-one', 13)] });
    expect(await proxy.upTo('cds good-one')).toEqual(['cds rejected', 'cds good-one']);
    expect(rejections(server)).toEqual([{ name: 'bad-one', version: resource('cds', 'bad-one', 13).version }]);
    server.world.change({ set: [resource('cds', 'bad-one', 3)] });
    expect(await proxy.upTo('cds bad-one')).toEqual(['cds bad-one']);
    expect(server.events.filter(({ kind }) => kind === 'cleared')).toMatchObject([{ type: 'cds', name: 'bad-one' }]);
  });

  test('that rejects without a name is sent the response in parts until the culprit is known', async () => {
    const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
    const server = await start(names.map((name) => resource('rds', name)));
    const proxy = connect(server, protocol);
    proxy.subscribe('rds', ...names);
    await proxy.upTo(`rds ${names.toSorted().join(' ')}`);
    proxy.reply = ({ resources }) => (isPoisoned(resources) ? { error: 'no' } : 'ack');
    server.world.change({ set: names.map((name) => resource('rds', name, name === 'five' ? 13 : 2)) });
    await until(
      'all but one',
      () => names.filter((name) => proxy.log.slice(1).some((line) => line.split(' ').includes(name))).length === 6,
    );
    server.world.change({ set: [resource('rds', 'one', 3)] });
    await proxy.upTo('rds one');
    expect(rejections(server)).toEqual([{ name: 'five', version: resource('rds', 'five', 13).version }]);
  });

  test('is not told that something is gone which is only held back', async () => {
    const server = await start([resource('cds', 'cart')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    await proxy.upTo('cds cart');
    server.world.change({ set: [held('cds', 'cart'), held('cds', 'never-seen')] });
    server.world.change({ set: [resource('cds', 'marker')] });
    expect(await proxy.upTo('cds marker')).toEqual(['cds marker']);
    expect([...proxy.has.get('cds')!.keys()].sort()).toEqual(['cart', 'marker']);
  });

  test('that names more gets more, and no longer what it names no more', async () => {
    const server = await start([resource('eds', 'a'), resource('eds', 'b'), resource('eds', 'c')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('eds', 'a', 'b');
    await proxy.upTo('eds a b');
    proxy.subscribe('eds', 'c');
    expect(await proxy.upTo('eds c')).toEqual(['eds c']);
    proxy.unsubscribe('eds', 'a');
    proxy.subscribe('eds', 'd');
    await proxy.upTo(isDelta ? 'eds -d' : 'eds');
    server.world.change({ set: [resource('eds', 'a', 2), resource('eds', 'b', 2)] });
    expect(await proxy.upTo('eds b')).toEqual(['eds b']);
  });

  test('may say * and names', async () => {
    const server = await start([resource('cds', 'a'), resource('cds', 'b')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds', '*', 'b');
    expect(await proxy.upTo('cds a b')).toEqual(['cds a b']);
    proxy.unsubscribe('cds', '*');
    if (isDelta) proxy.subscribe('cds', 'b');
    expect(await proxy.upTo(isDelta ? 'cds b' : 'cds -a')).toHaveLength(1);
    server.world.change({ set: [resource('cds', 'a', 2), resource('cds', 'b', 2)] });
    expect(await proxy.upTo('cds b')).toEqual(['cds b']);
  });

  test('that asks for endpoints again is sent them again, though they are the same', async () => {
    const server = await start([resource('cds', 'cart'), resource('eds', 'cart')]);
    const proxy = connect(server, protocol);
    proxy.subscribe('cds');
    proxy.subscribe('eds', 'cart');
    await proxy.upTo('eds cart');
    await until('the answer has come', () => server.events.filter(({ kind }) => kind === 'accepted').length === 2);
    proxy.subscribe('eds', 'cart');
    expect(await proxy.upTo('eds cart')).toEqual(['eds cart']);
  });

  test('that reads nothing does not keep another one waiting', async () => {
    const big = Array.from({ length: 60 }, (_, i) => resource('rds', `big-${i}-${'x'.repeat(60_000)}`));
    const server = await start(big);
    const names = big.map(({ name }) => name);
    const stuck = connect(server, protocol, 'stuck');
    stuck.pause();
    stuck.subscribe('rds', ...names);
    const proxy = connect(server, protocol, 'quick');
    proxy.subscribe('rds', 'marker', ...names);
    await until('the first response', () => proxy.log.length > 0);
    server.world.change({ set: [resource('rds', 'marker')] });
    await proxy.upTo('rds marker');
    expect(stuck.log).toEqual([]);
    stuck.resume();
    await until('the stuck one has it all', () => stuck.has.get('rds')!.size === names.length);
  });

  test('shows up among the proxies, with what it has taken', async () => {
    const server = await start([resource('cds', 'cart')]);
    const proxy = connect(server, protocol, 'cart-1');
    proxy.subscribe('cds');
    await proxy.upTo('cds cart');
    await until('the answer has come', () => server.events.some(({ kind }) => kind === 'accepted'));
    expect(server.server.proxies()).toMatchObject([
      {
        node: { id: 'cart-1', protocol },
        protocol,
        view: 'everybody',
        types: [{ type: 'cds', wildcard: true, names: 0, sentNonce: '1', ackedNonce: '1', error: undefined }],
      },
    ]);
    await proxy.close();
    await until('it is gone', () => server.server.proxies().length === 0);
    expect(server.events.at(-1)).toMatchObject({ kind: 'disconnected' });
  });
});

const POISON = new Set(
  ['bad-one', 'five']
    .flatMap((name) => [resource('cds', name, 13), resource('rds', name, 13)])
    .map(({ bytes }) => Buffer.from(bytes).toString('hex')),
);

function isPoisoned(resources: readonly { readonly bytes: Uint8Array }[]): boolean {
  return resources.some(({ bytes }) => POISON.has(Buffer.from(bytes).toString('hex')));
}

function rejections(server: TestServer) {
  return server.events.flatMap((event) =>
    event.kind === 'rejected' ? event.rejections.map(({ name, version }) => ({ name, version })) : [],
  );
}
