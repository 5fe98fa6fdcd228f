import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import type { Change } from '../api/index.ts';
import { Graph } from '../graph/index.ts';
import { createContents } from '../source/contents.ts';
import { changesOf, loadDirectory, watchDirectory } from '../source/index.ts';
import { createStore, type Store } from './index.ts';

const FILES = ['a.yaml', 'b.yaml', 'sub/c.yaml', 'sub/deep/d.json'];

/** Two Services and a Namespace, in few variants, so that files often define the same. */
const document = fc
  .record({ name: fc.constantFrom('cart', 'user'), port: fc.constantFrom(80, 81, 'odd'), namespaced: fc.boolean() })
  .map(({ name, port, namespaced }) => {
    const kind = namespaced ? 'Service' : 'Namespace';
    const spec = namespaced ? `spec: {ports: [{name: http, port: ${port}}]}\n` : '';
    return `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}}\n${spec}`;
  });
const right = fc.array(document, { maxLength: 3 }).map((documents) => documents.join('---\n'));
const broken = fc.constantFrom('kind: [\n', '- a\n', '\tx: 1\n', 'apiVersion: v1\nkind: Service\nmetadata:\n', '\0');
const anyText = fc.oneof(
  { arbitrary: right, weight: 4 },
  { arbitrary: fc.tuple(right, broken).map((parts) => parts.join('---\n')), weight: 1 },
);

interface Edit {
  readonly file: string;
  /** Undefined: removed. */
  readonly text: string | undefined;
}

const edits = fc.array(
  fc.record({ file: fc.constantFrom(...FILES), text: fc.option(anyText, { nil: undefined, freq: 4 }) }),
  { maxLength: 12 },
);
/** What a broken file keeps is history; so in the end every file is right, or gone. */
const ending = fc.tuple(
  ...FILES.map((file) => fc.record({ file: fc.constant(file), text: fc.option(right, { nil: undefined }) })),
);

/** All that a store says, for comparing. */
function picture(store: Store): unknown {
  const rows = (table: Store['services'] | Store['namespaces']) => table.keys().map((key) => [key, table.get(key)]);
  const problems = store.problems.keys().map((key) => [key, store.problems.get(key)!.map(store.locate)]);
  const objects = store.objects().map((key) => [key, store.objectOf(key), store.place(key, 'spec')]);
  return { services: rows(store.services), namespaces: rows(store.namespaces), problems, objects };
}

function pictureOf(changes: readonly Change[]): unknown {
  const store = createStore(new Graph());
  store.apply(changes);
  return picture(store);
}

test('any history of texts ends in the store that the last texts alone make', () => {
  fc.assert(
    fc.property(edits, ending, fc.infiniteStream(fc.boolean()), (history, last, settles) => {
      const contents = createContents();
      const store = createStore(new Graph());
      for (const { file, text } of [...history, ...last]) {
        if (text === undefined) contents.remove(file);
        else contents.read(file, text);
        if (settles.next().value) store.apply(contents.settle());
      }
      store.apply(contents.settle());
      const texts = last.flatMap(({ file, text }) => (text === undefined ? [] : [[file, text] as const]));
      expect(picture(store)).toEqual(pictureOf(changesOf(texts)));
    }),
    { numRuns: 300 },
  );
});

test('any history of files ends in the store that the last files alone make', async () => {
  await fc.assert(
    fc.asyncProperty(edits, ending, fc.array(fc.boolean(), { maxLength: 16 }), async (history, last, pauses) => {
      const root = mkdtempSync(join(tmpdir(), 'pharos-store-'));
      const store = createStore(new Graph());
      const source = watchDirectory(root, { debounceMs: 1, emptyGraceMs: 5 }, store.apply);
      await source.ready;
      for (const [i, edit] of [...history, ...last].entries()) {
        edited(root, edit);
        if (pauses[i]) await new Promise((resolve) => setImmediate(resolve));
      }
      const fresh = pictureOf(await loadDirectory(root));
      await until('the store to say what the files say', () => isDeepStrictEqual(picture(store), fresh));
      source.close();
      rmSync(root, { recursive: true });
    }),
    { numRuns: 25 },
  );
});

/** A removal takes the directory with it when it was the last in it, as `git checkout` does. */
function edited(root: string, { file, text }: Edit): void {
  const path = join(root, file);
  if (text === undefined) {
    rmSync(file === 'sub/c.yaml' ? dirname(path) : path, { recursive: true, force: true });
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  const inPlace = text.length % 2 === 0;
  writeFileSync(inPlace ? path : `${path}~`, text);
  if (!inPlace) renameSync(`${path}~`, path);
}
