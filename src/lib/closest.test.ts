import { expect, test } from 'vitest';
import { closest, editDistance } from './closest.ts';

const FIELDS = ['match', 'route', 'retries', 'exportTo', 'mirror', 'mirrors'];

test.each([
  ['mtch', 'match'],
  ['retrys', 'retries'],
  ['export_to', 'exportTo'],
  ['exportto', 'exportTo'],
  ['mirrosr', 'mirrors'],
])('%s was meant to be %s', (word, field) => {
  expect(closest(word, FIELDS)).toBe(field);
});

test('a word that is like none gives none', () => {
  expect(closest('circuitBreaker', FIELDS)).toBeUndefined();
  expect(closest('x', FIELDS)).toBeUndefined();
});

test.each([
  ['ab', 'ba', 1],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
])('%j and %j are %d apart', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});
