import { appendFileSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, pod } from '../../test/support/folder.ts';

test.each([
  ['is no YAML', 'kind: [\n', 'invalid-yaml'],
  ['holds a NUL byte', `${pod('a')}\0`, 'unreadable-file'],
  ['is not UTF-8', Buffer.from([0x61, 0xff, 0xfe]), 'unreadable-file'],
  ['is too large', `# ${'x'.repeat(3_000)}\n`, 'unreadable-file'],
  ['lost its name', 'apiVersion: v1\nkind: Pod\n', 'invalid-object'],
])('a file that %s keeps what it said, until it is right again', async (_, content, code) => {
  const { root, write, replace, watch } = folder();
  write('a.yaml', pod('a'));
  const { next } = watch({ maxBytes: 2_000 });
  await next();
  replace('a.yaml', content);
  expect(await next()).toEqual([`/a.yaml: ${code}`]);
  replace('a.yaml', pod('a'));
  expect(await next()).toEqual(['/a.yaml: right']);
  replace('a.yaml', content);
  await next();
  unlinkSync(join(root, 'a.yaml'));
  expect(await next()).toEqual(['delete a', '/a.yaml: right']);
});

test('a file that the system cannot read keeps what it said', async () => {
  const { root, write, replace, watch } = folder();
  write('a.yaml', pod('a'));
  const { next } = watch();
  await next();
  symlinkSync('/proc/self/mem', join(root, '.next'));
  renameSync(join(root, '.next'), join(root, 'a.yaml'));
  expect(await next()).toEqual(['/a.yaml: unreadable-file']);
  symlinkSync('nowhere', join(root, '.next'));
  renameSync(join(root, '.next'), join(root, 'a.yaml'));
  write('mark.yaml', pod('mark'));
  expect(await next()).toEqual(expect.arrayContaining(['upsert mark']));
  replace('a.yaml', pod('a'));
  expect(await next()).toEqual(['/a.yaml: right']);
});

test('a file that is emptied and then written loses nothing in between', async () => {
  const { root, write, watch } = folder();
  write('a.yaml', pod('a'));
  const { next } = watch({ emptyGraceMs: 1_000_000 });
  await next();
  write('a.yaml', '');
  write('mark.yaml', pod('mark'));
  expect(await next()).toEqual(['upsert mark']);
  appendFileSync(join(root, 'a.yaml'), pod('a', 'spec: {}\n'));
  expect(await next()).toEqual(['upsert a']);
});

test('a file that stays empty has nothing to say', async () => {
  const { write, watch } = folder();
  write('a.yaml', pod('a'));
  const { next } = watch({ emptyGraceMs: 1 });
  await next();
  write('a.yaml', '');
  expect(await next()).toEqual(['delete a']);
});
