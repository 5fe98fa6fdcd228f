import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutations } from './mutate/mutations.ts';

test('every bug that `npm run mutate` puts in still finds its place in the code', () => {
  const lost = mutations.filter(
    ({ file, from }) => !readFileSync(join(import.meta.dirname, '..', file), 'utf8').includes(from),
  );
  expect(lost.map(({ name }) => name)).toEqual([]);
});
