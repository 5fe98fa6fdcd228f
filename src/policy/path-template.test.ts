import { expect, test } from 'vitest';
import { holds } from './call.ts';
import { http } from './calls.fixture.ts';
import { closeTemplates, matchesTemplate } from './path-template.ts';

test.each<[string, string, boolean]>([
  ['/a/{*}/b', '/a/x/b', true],
  ['/a/{*}/b', '/a/x*y/b', true],
  ['/a/{*}/b', '/a/x/y/b', false],
  ['/a/{*}/b', '/a//b', false],
  ['/a/{*}/b', '/a/x[/b', false],
  ['/a/{**}', '/a/', true],
  ['/a/{**}', '/a/x/y', true],
  ['/a/{**}', '/a', false],
  ['/a/{**}', '/a/x]', false],
  ['/a.b/{*}', '/axb/c', false],
])('%s lets in %s: %s', (template, path, expected) => {
  expect(matchesTemplate(template, path)).toBe(expected);
});

test.each<[string, string, boolean]>([
  ['/a/{*}/b', '/a/x[/b', true],
  ['/a/{*}/b', '/a/é"<>|/b', true],
  ['/a/{*}/b', '/a/x/y/b', false],
  ['/a/{*}/b', '/a//b', false],
  ['/a/{**}', '/a/x]/y', true],
  ['/a/{**}', '/a', false],
  ['/a.b/{*}', '/axb/c', false],
])('where it denies, %s is about %s: %s', (template, path, expected) => {
  const leaf = { kind: 'path-template', template } as const;
  const asks = (condition: ReturnType<typeof closeTemplates>) => holds(condition, http({ path: `${path}?x[` }));
  expect(asks(closeTemplates(leaf, 'closing'))).toBe(expected);
  // An exception of what lets in denies, too; one of what denies lets in.
  expect(asks(closeTemplates({ kind: 'not', of: leaf }, 'opening'))).toBe(!expected);
  expect(closeTemplates({ kind: 'not', of: leaf }, 'closing')).toEqual({ kind: 'not', of: leaf });
});
