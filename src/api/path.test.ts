import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPath, parsePath, placesOf, stepsOf } from './path.ts';

test.each([
  [['spec', 'http', 2, 'route', 0, 'weight'], 'spec.http[2].route[0].weight'],
  [['metadata', 'labels', 'app.kubernetes.io/name'], 'metadata.labels["app.kubernetes.io/name"]'],
  [['headers', 'x-user'], 'headers.x-user'],
  [[], ''],
])('%j is written %s', (path, text) => {
  expect(formatPath(path)).toBe(text);
});

test('every path reads back as it was written', () => {
  const step = fc.oneof(fc.string(), fc.nat(), fc.constantFrom('a"b', 'a]b', '', '0', 'x-y'));
  fc.assert(fc.property(fc.array(step), (path) => void expect(parsePath(formatPath(path))).toEqual(path)));
});

test('a pattern names every place that is there', () => {
  const value = { http: [{ match: [{ port: 1 }] }, {}, { match: [{ port: 2 }, { uri: 'x' }] }] };
  const places = [...placesOf(value, stepsOf('http[].match[].port'))];
  expect(places.map(formatPath)).toEqual(['http[0].match[0].port', 'http[2].match[0].port']);
});
