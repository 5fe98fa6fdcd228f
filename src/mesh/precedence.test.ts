import { expect, test } from 'vitest';
import { byAge } from './precedence.ts';

const at = (created: string | undefined, namespace: string, name: string) => ({ created, namespace, name });

test('the older object comes first, whatever its name', () => {
  const young = at('2024-02-01T00:00:00Z', 'a', 'a');
  const old = at('2024-01-01T00:00:00Z', 'b', 'b');
  expect([young, old].sort(byAge)).toEqual([old, young]);
});

test('times in different zones are compared as times', () => {
  const first = at('2024-01-01T01:00:00+02:00', 'b', 'b');
  const second = at('2024-01-01T00:00:00Z', 'a', 'a');
  expect([second, first].sort(byAge)).toEqual([first, second]);
});

test('objects without an age are ordered by namespace, then name', () => {
  const list = [at(undefined, 'b', 'a'), at(undefined, 'a', 'b'), at(undefined, 'a', 'a')];
  expect(list.sort(byAge).map((o) => `${o.namespace}/${o.name}`)).toEqual(['a/a', 'a/b', 'b/a']);
});
