import { expect, test } from 'vitest';
import type { Change } from '../api/index.ts';
import { createContents } from './contents.ts';
import { changesOf } from './load.ts';

const CART = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: cart\n  namespace: shop\n';
const USER = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: user\n  namespace: shop\n';

/** What was said, for reading: `upsert /Service/shop/cart`, `a.yaml:3:1 error invalid-yaml …`. */
function lines(changes: readonly Change[]): string[] {
  return changes.flatMap((change) => {
    if (change.kind === 'synced') return [];
    if (change.kind !== 'problems') return [`${change.kind} ${change.key}`];
    if (change.problems.length === 0) return [`${change.subject} is right`];
    return change.problems.map(({ severity, code, place, message }) => {
      return `${place?.file}:${place?.line}:${place?.column} ${severity} ${code}: ${message}`;
    });
  });
}

const said = (text: string, file = 'a.yaml'): string[] => lines(changesOf([[file, text]]));

test('every document of a file is an object, and empty ones are nothing', () => {
  expect(said(`---\n${CART}---\n# only a word\n---\n${USER}...\n---\n`)).toEqual([
    'upsert /Service/shop/cart',
    'upsert /Service/shop/user',
  ]);
});

test('lists of any kind are what is in them, to any depth', () => {
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'ServiceList', items: [{ metadata: { name: 'a' } }] },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } },
    ],
  };
  expect(said(JSON.stringify(list, undefined, '\t'), 'a.json')).toEqual([
    'upsert /Pod/default/b',
    'upsert /Service/default/a',
  ]);
  expect(said('apiVersion: v1\nkind: List\nitems:\n')).toEqual([]);
});

test('a kind that ends in List and holds no items is an object of its own', () => {
  expect(said('apiVersion: x.io/v1\nkind: AllowList\nmetadata: {name: a}\n')).toEqual(['upsert x.io/AllowList//a']);
});

test('a namespace that is not said is default, and kinds without namespaces have none', () => {
  const changes = changesOf([
    ['a.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: }\n'],
    ['b.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, namespace: odd}\n'],
  ]);
  expect(lines(changes)).toEqual(['upsert /Namespace//shop', 'upsert /Pod/default/a']);
});

test.each([
  [
    'a tab as indentation',
    'kind: Pod\nmetadata:\n\tname: a\n',
    'a.yaml:3:1 error invalid-yaml: Tabs are not allowed as indentation',
  ],
  [
    'a key said twice',
    'kind: Pod\napiVersion: v1\nkind: Pod\n',
    'a.yaml:3:1 error invalid-yaml: has the key kind twice in one mapping',
  ],
  ['a list', '- a\n', 'a.yaml:1:1 error invalid-object: must be an object, not a list'],
  ['a word', 'hello\n', 'a.yaml:1:1 error invalid-object: must be an object, not "hello"'],
  ['no kind', 'apiVersion: v1\nmetadata: {name: a}\n', 'a.yaml:1:1 error invalid-object: kind is missing'],
  [
    'no name',
    'apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {}\n',
    'a.yaml:3:1 error invalid-object: metadata.name is missing',
  ],
  [
    'a name that is a number',
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: 12\n',
    'a.yaml:4:9 error invalid-object: must be a string, not 12',
  ],
  [
    'a name with a slash',
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a/b\n',
    'a.yaml:4:9 error invalid-object: must not have more than 0 "/", as in "a/b"',
  ],
  [
    'an alias of nothing',
    'kind: *x\n',
    'a.yaml:1:1 error invalid-yaml: Unresolved alias (the anchor must be set before the alias): x',
  ],
  [
    'what is no Kubernetes object',
    'a: 1\n',
    'a.yaml:1:1 notice not-an-object: is not a Kubernetes object (it has neither apiVersion nor kind), so it is left alone',
  ],
  ['an unknown tag', `${CART}spec: !secret x\n`, 'a.yaml:6:7 warning doubtful-yaml: Unresolved tag: !secret'],
])('%s is a problem at its line and column', (_, text, expected) => {
  expect(said(text).filter((line) => !line.startsWith('upsert'))).toEqual([expected]);
});

test('aliases that multiply beyond reason are refused, not computed', () => {
  const level = (name: string, of: string): string => `${name}: &${name} [${Array(20).fill(`*${of}`).join(', ')}]\n`;
  const bomb = `a: &a [x]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}${level('e', 'd')}`;
  expect(said(bomb)[0]).toMatch(/Excessive alias count/);
});

test('merge keys and anchors mean what they mean to kubectl', () => {
  const changes = changesOf([['a.yaml', `${CART}x: &x {a: 1}\ny:\n  <<: *x\n  b: 2\n`]]);
  expect(changes[0]).toMatchObject({ object: { y: { a: 1, b: 2 } } });
});

test('a broken document costs no other document, and its own object stays until it can be read', () => {
  const contents = createContents();
  contents.read('a.yaml', `${CART}---\n${USER}`);
  contents.settle();
  contents.read('a.yaml', `${CART}spec: [\n---\n${USER}spec: {}\n`);
  expect(lines(contents.settle())).toEqual([
    'upsert /Service/shop/user',
    expect.stringMatching(/^a.yaml:7:1 error invalid-yaml: /),
  ]);
  contents.read('a.yaml', `${USER}spec: {}\n`);
  expect(lines(contents.settle())).toEqual(['delete /Service/shop/cart', 'a.yaml is right']);
});

test('moving a line changes nothing and is found where it is now', () => {
  const contents = createContents();
  contents.read('a.yaml', CART);
  const [upsert] = contents.settle();
  contents.read('a.yaml', `# one more line\n${CART}`);
  expect(contents.settle()).toEqual([]);
  expect(upsert?.kind === 'upsert' && upsert.locate('metadata.name')).toEqual({ file: 'a.yaml', line: 5, column: 9 });
});

test('of two definitions the first by file name counts; when it goes, the second takes over', () => {
  const contents = createContents();
  contents.read('b.yaml', `# b\n${CART}`);
  expect(lines(contents.settle())).toEqual(['upsert /Service/shop/cart']);
  contents.read('a.yaml', `${CART}spec: {}\n`);
  expect(lines(contents.settle())).toEqual([
    'upsert /Service/shop/cart',
    'b.yaml:2:1 error duplicate-object: Service shop/cart is already defined at a.yaml:1:1; this second definition does nothing',
  ]);
  contents.remove('a.yaml');
  expect(lines(contents.settle())).toEqual(['upsert /Service/shop/cart', 'b.yaml is right']);
});

test('of two definitions in one file the first counts, also when they change places', () => {
  const contents = createContents();
  contents.read('a.yaml', `${CART}spec: {a: 1}\n---\n${CART}spec: {a: 2}\n`);
  const [first, ...problems] = contents.settle();
  expect(first).toMatchObject({ object: { spec: { a: 1 } } });
  expect(lines(problems)[0]).toMatch(/^a.yaml:8:1 error duplicate-object: .* at a.yaml:1:1/);
  contents.read('a.yaml', `${CART}spec: {a: 2}\n---\n${CART}spec: {a: 1}\n`);
  expect(contents.settle()).toMatchObject([{ object: { spec: { a: 2 } } }]);
});
