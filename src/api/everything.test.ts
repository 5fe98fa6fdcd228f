import { expect, test } from 'vitest';
import { everything } from './everything.fixture.ts';
import { placesOf, stepsOf } from './path.ts';
import { kindFor, kinds, parseObject } from './registry.ts';
import { leavesOf } from './schema-walk.ts';

test.each(everything.map((object) => [`${object.kind} ${object.apiVersion}`, object] as const))(
  '%s: with every field set there is no error and no warning',
  (_, object) => {
    const { value, problems } = parseObject(object);
    expect(problems.filter(({ severity }) => severity !== 'notice')).toEqual([]);
    expect(value).toBeDefined();
  },
);

test('every field of every schema is set in some object, so that the test above says something about it', () => {
  const unset = kinds.flatMap((kind) => {
    const objects = everything.filter(({ apiVersion, kind: name }) => kindFor(apiVersion, name) === kind);
    const isSet = (leaf: string) => objects.some((object) => !placesOf(object, stepsOf(leaf)).next().done);
    return [...leavesOf(kind.schema)]
      .filter((leaf) => !isSet(leaf) && leaf !== '')
      .map((leaf) => `${kind.kind}: ${leaf}`);
  });
  expect(unset).toEqual([]);
});

test('all versions of a kind are read alike', () => {
  const raw = everything.find(({ kind }) => kind === 'VirtualService')!;
  const values = ['v1', 'v1beta1', 'v1alpha3'].map(
    (version) => parseObject({ ...raw, apiVersion: `networking.istio.io/${version}` }).value,
  );
  expect(values[1]).toEqual(values[0]);
  expect(values[2]).toEqual(values[0]);
  expect(values[0]).toBeDefined();
});

test('what is right is kept as the user wrote it', () => {
  const raw = everything.find(({ kind }) => kind === 'VirtualService')!;
  expect(parseObject(raw).value).toMatchObject({ spec: raw['spec'] });
});
