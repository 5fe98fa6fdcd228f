import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { displayName, type Problem } from '../../src/api/index.ts';
import type { ControlPlane } from '../../src/control-plane/index.ts';
import { resourcesOf } from '../../src/control-plane/offline.ts';
import type { XdsType } from '../../src/proto/index.ts';
import { type CaseProxy, corpus, files, type GoldenCase, load, pathOf } from '../support/corpus.ts';

const WRITE = process.env.GOLDEN === 'write';
const MAX_LINES = 150;

describe('what a directory is translated to stands in NAME.out.yaml', () => {
  test.each(corpus().map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
    const actual = outOf(golden);
    if (WRITE) writeFileSync(golden.out, actual);
    const expected = existsSync(golden.out) ? readFileSync(golden.out, 'utf8') : '';
    expect(actual, 'read the difference; if it is right: npm run golden').toBe(expected);
  });
});

test('every out and calls file has its in file, and no file is empty', () => {
  const cases = new Set(files('.in.yaml'));
  const all = ['.in.yaml', '.out.yaml', '.calls.yaml'].flatMap((ending) =>
    files(ending).map((name) => ({ name, path: pathOf(name, ending) })),
  );
  const superfluous = all.filter(({ name, path }) => !cases.has(name) || readFileSync(path, 'utf8').trim() === '');
  if (WRITE) for (const { path } of superfluous) rmSync(path);
  expect(superfluous.map(({ path }) => path).filter(existsSync)).toEqual([]);
});

test('every case shows something', () => {
  expect(corpus().flatMap((golden) => (outOf(golden).trim() === '{}' ? [golden.name] : []))).toEqual([]);
});

test('an out file is short enough to be read', () => {
  const long = corpus().filter(({ out }) => readFileSync(out, 'utf8').split('\n').length > MAX_LINES);
  expect(long.map(({ name }) => name)).toEqual([]);
});

/** All proxies of a case are connected at once, as its problems say what of each is held back. */
function outOf({ changes, proxies }: GoldenCase): string {
  const controlPlane = load(changes);
  for (const { name, node } of proxies) controlPlane.views.connections.set(name, node);
  const shown = Object.fromEntries(proxies.map((proxy) => [proxy.name, shownOf(controlPlane, proxy)]));
  const problems = controlPlane.problems().map(line);
  return stringify({ ...shown, ...(problems.length > 0 && { problems }) }, { lineWidth: 0 });
}

function shownOf(controlPlane: ControlPlane, { name, show }: CaseProxy): Record<string, unknown> {
  const types = Object.keys(show) as XdsType[];
  const resources = resourcesOf(controlPlane, controlPlane.views.viewFor(name)!, types);
  return Object.fromEntries(
    types.map((type) => [
      type,
      resources
        .filter((resource) => resource.type === type && isShown(show[type]!, resource.name))
        .map(({ json }) => json),
    ]),
  );
}

function isShown(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => globToRegExp(pattern).test(name));
}

function globToRegExp(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
      .join('.*')}$`,
  );
}

function line({ severity, code, object, path, message, hint, place }: Problem): string {
  const at = place ? `${place.line}:${place.column}` : '-';
  const what = object ? `${displayName(object)} ${path}` : path;
  return `${at} ${severity} ${what}: ${message}${hint ? ` (${hint})` : ''} [${code}]`;
}
