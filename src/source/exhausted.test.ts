import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Change } from '../api/index.ts';
import { watchDirectory } from './index.ts';

vi.mock('node:fs', async (original) => {
  const watch = (path: string): never => {
    throw Object.assign(new Error(`ENOSPC: System limit for number of file watchers reached, watch '${path}'`), {
      code: 'ENOSPC',
    });
  };
  return { ...(await original<typeof import('node:fs')>()), watch };
});

test('where the kernel watches no more, a problem says so and changes are still found', async () => {
  const root = mkdtempSync(join(tmpdir(), 'pharos-source-'));
  const told: Change[] = [];
  let wake = (): void => {};
  const source = watchDirectory(root, {}, (changes) => {
    told.push(...changes);
    wake();
  });
  await source.ready;
  const problems = told.flatMap((change) => (change.kind === 'problems' ? change.problems : []));
  expect(problems).toMatchObject([
    {
      code: 'not-watched',
      message: expect.stringMatching(/ENOSPC.*every 1000 ms/),
      hint: expect.stringMatching(/sysctl/),
    },
  ]);
  writeFileSync(join(root, 'a.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n');
  while (!told.some((change) => change.kind === 'upsert')) await new Promise<void>((resolve) => (wake = resolve));
  source.close();
  rmSync(root, { recursive: true });
});
