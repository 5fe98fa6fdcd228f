import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, pod } from '../../test/support/folder.ts';

test('everything that exists is told at once, then that this was all', async () => {
  const { root, write, watch } = folder();
  mkdirSync(join(root, 'deep/er'), { recursive: true });
  write('a.yaml', pod('a'));
  write('deep/b.YML', pod('b'));
  write('deep/er/c.json', '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "c"}}');
  const steps: string[] = [];
  const { next } = watch({ progress: (read, total) => steps.push(`${read}/${total}`) });
  expect(await next()).toEqual(['upsert a', 'upsert b', 'upsert c', 'synced']);
  expect(steps).toEqual(['1/3', '2/3', '3/3']);
});

test('what editors and tools leave behind is not read', async () => {
  const { root, write, watch } = folder();
  const { next } = watch();
  await next();
  for (const name of ['.a.yaml.swp', '.#a.yaml', '#a.yaml#', 'a.yaml~', '4913', 'a.yaml.bak', 'README.md'])
    write(name, pod('x'));
  mkdirSync(join(root, '.git'));
  write('.git/a.yaml', pod('x'));
  write('a.yaml', pod('a'));
  expect(await next()).toEqual(['upsert a']);
});

test('a file that is written, replaced, moved and removed is told each time', async () => {
  const { root, write, replace, watch } = folder();
  const { next } = watch();
  expect(await next()).toEqual(['synced']);
  write('a.yaml', pod('a'));
  expect(await next()).toEqual(['upsert a']);
  replace('a.yaml', pod('a', 'spec: {}\n'));
  expect(await next()).toEqual(['upsert a']);
  renameSync(join(root, 'a.yaml'), join(root, 'b.yaml'));
  unlinkSync(join(root, 'b.yaml'));
  expect(await next()).toEqual(['delete a']);
});

test('a file that is moved keeps its object: nothing is told', async () => {
  const { root, write, watch } = folder();
  write('a.yaml', pod('a'));
  const { next } = watch();
  await next();
  renameSync(join(root, 'a.yaml'), join(root, 'b.yaml'));
  write('mark.yaml', pod('mark'));
  expect(await next()).toEqual(['upsert mark']);
});

test('what changed together is one batch', async () => {
  const { write, watch } = folder();
  const { next } = watch();
  await next();
  for (const name of ['a', 'b', 'c', 'd']) write(`${name}.yaml`, pod(name));
  expect(await next()).toEqual(['upsert a', 'upsert b', 'upsert c', 'upsert d']);
});

test('a file that is touched, or written with the same text, tells nothing', async () => {
  const { root, write, replace, watch } = folder();
  write('a.yaml', pod('a'));
  const { next } = watch();
  await next();
  utimesSync(join(root, 'a.yaml'), 1, 1);
  replace('a.yaml', pod('a'));
  write('mark.yaml', pod('mark'));
  expect(await next()).toEqual(['upsert mark']);
});

test('of two writes within one tick of the clock the second is seen', async () => {
  const { write, watch } = folder();
  const { next } = watch();
  await next();
  for (const value of [1, 2, 3, 4, 5]) {
    write('a.yaml', pod('a', `spec: {n: ${value}}\n`));
    expect(await next()).toEqual(['upsert a']);
  }
});

test('directories that come, move and go are followed', async () => {
  const { root, write, watch } = folder();
  const { next } = watch();
  await next();
  mkdirSync(join(root, 'x/y'), { recursive: true });
  write('x/y/a.yaml', pod('a'));
  expect(await next()).toEqual(['upsert a']);
  write('x/y/b.yaml', pod('b'));
  expect(await next()).toEqual(['upsert b']);
  renameSync(join(root, 'x'), join(root, 'z'));
  write('z/y/c.yaml', pod('c'));
  expect(await next()).toEqual(['upsert c']);
  rmSync(join(root, 'z'), { recursive: true });
  mkdirSync(join(root, 'z/y'), { recursive: true });
  write('z/y/a.yaml', pod('a'));
  expect(await next()).toEqual(['delete b', 'delete c']);
  write('z/y/d.yaml', pod('d'));
  expect(await next()).toEqual(['upsert d']);
});

test('a new ConfigMap is seen, though only a hidden link was renamed', async () => {
  const { root, write, watch } = folder();
  mkdirSync(join(root, '..1'));
  write('..1/a.yaml', pod('a'));
  write('..1/gone.yaml', pod('gone'));
  symlinkSync('..1', join(root, '..data'));
  for (const name of ['a.yaml', 'gone.yaml']) symlinkSync(`..data/${name}`, join(root, name));
  const { next } = watch();
  expect(await next()).toEqual(['upsert a', 'upsert gone', 'synced']);

  for (const turn of ['..2', '..3']) {
    mkdirSync(join(root, turn));
    write(`${turn}/a.yaml`, pod('a', `spec: {turn: ${turn}}\n`));
    write(`${turn}/gone.yaml`, pod('gone'));
    symlinkSync(turn, join(root, '..data_tmp'));
    renameSync(join(root, '..data_tmp'), join(root, '..data'));
    expect(await next()).toEqual(['upsert a']);
  }
  unlinkSync(join(root, 'gone.yaml'));
  expect(await next()).toEqual(['delete gone']);
});

test('a file behind a link is followed: when it is written, and when a link on the way is turned', async () => {
  const { home, root, watch } = folder();
  mkdirSync(join(home, 'v1'));
  mkdirSync(join(home, 'v2'));
  writeFileSync(join(home, 'v1/a.yaml'), pod('a'));
  writeFileSync(join(home, 'v2/a.yaml'), pod('b'));
  symlinkSync('v1', join(home, 'current'));
  symlinkSync(join(home, 'current/a.yaml'), join(root, 'a.yaml'));
  symlinkSync('../current', join(root, 'all'));
  const { next } = watch();
  expect(await next()).toEqual(['upsert a', '/all/a.yaml: duplicate-object', 'synced']);
  writeFileSync(join(home, 'v1/a.yaml'), pod('a', 'spec: {}\n'));
  expect(await next()).toEqual(['upsert a']);
  symlinkSync('v2', join(home, 'next'));
  renameSync(join(home, 'next'), join(home, 'current'));
  expect(await next()).toEqual(['delete a', 'upsert b', '/all/a.yaml: duplicate-object']);
  writeFileSync(join(home, 'v2/a.yaml'), pod('b', 'spec: {}\n'));
  expect(await next()).toEqual(['upsert b']);
});

test('directories that link to each other are read once', async () => {
  const { root, write, watch } = folder();
  mkdirSync(join(root, 'x'));
  write('x/a.yaml', pod('a'));
  symlinkSync('..', join(root, 'x/up'));
  symlinkSync('.', join(root, 'x/self'));
  const { next } = watch();
  expect(await next()).toEqual(['upsert a', 'synced']);
});

test('a root that is turned to another directory is followed', async () => {
  const { home, root, write, watch } = folder();
  mkdirSync(join(home, 'v2'));
  writeFileSync(join(home, 'v2/b.yaml'), pod('b'));
  write('a.yaml', pod('a'));
  symlinkSync(root, join(home, 'current'));
  const { next } = watch({}, join(home, 'current'));
  expect(await next()).toEqual(['upsert a', 'synced']);
  symlinkSync('v2', join(home, 'next'));
  renameSync(join(home, 'next'), join(home, 'current'));
  expect(await next()).toEqual(['delete a', 'upsert b']);
  writeFileSync(join(home, 'v2/c.yaml'), pod('c'));
  expect(await next()).toEqual(['upsert c']);
});

test('a root that vanishes is a problem and keeps all objects; back again, it says what is there', async () => {
  const { home, root, write, watch } = folder();
  write('a.yaml', pod('a'));
  write('b.yaml', pod('b'));
  const { next } = watch();
  await next();
  renameSync(root, join(home, 'away'));
  expect(await next()).toEqual([': unreadable-file']);
  unlinkSync(join(home, 'away/b.yaml'));
  renameSync(join(home, 'away'), root);
  expect(await next()).toEqual(['delete b', ': right']);
  write('c.yaml', pod('c'));
  expect(await next()).toEqual(['upsert c']);
});

test('one file may be the root, whatever its name', async () => {
  const { root, write, replace, watch } = folder();
  write('mesh.conf', pod('a'));
  const { next } = watch({}, join(root, 'mesh.conf'));
  expect(await next()).toEqual(['upsert a', 'synced']);
  replace('mesh.conf', pod('b'));
  expect(await next()).toEqual(['delete a', 'upsert b']);
});

test('with polling, changes are found without being told of', async () => {
  const { root, write, replace, watch } = folder();
  write('a.yaml', pod('a'));
  const { next } = watch({ poll: 5 });
  await next();
  replace('a.yaml', pod('a', 'spec: {}\n'));
  expect(await next()).toEqual(['upsert a']);
  write('a.yaml', pod('a', 'spec: []\n'));
  expect(await next()).toEqual(['upsert a']);
  unlinkSync(join(root, 'a.yaml'));
  expect(await next()).toEqual(['delete a']);
});

test('after close nothing is told', async () => {
  const { write, watch } = folder();
  const closed = watch();
  await closed.next();
  closed.close();
  const { next } = watch();
  await next();
  write('a.yaml', pod('a'));
  expect(await next()).toEqual(['upsert a']);
  expect(closed.batches).toEqual([]);
});
