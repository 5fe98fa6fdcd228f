import type { z } from 'zod';
import type { Path } from './path.ts';
import { valueAt } from './path.ts';
import type { Problem } from './problem.ts';
import { fieldsAt, optionsAt } from './schema-walk.ts';
import { suggest } from './suggest.ts';
import type { Mistake } from './vocabulary.ts';

/** Something wrong in one object, before it is known what it costs and how its path reads to the user. */
export interface Finding {
  readonly path: Path;
  readonly severity: Problem['severity'];
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly atKey?: true | undefined;
  /** For a field that nobody knows: the known one that it probably was meant to be. It costs what a mistake there costs. */
  readonly meant?: Path | undefined;
  /** It costs nothing more: what is wrong is already as if it were not there. */
  readonly settled?: boolean | undefined;
}

/** What a kind's own `check` says. */
export interface Remark extends Mistake {
  readonly path: Path;
  /** `error` unless said. */
  readonly severity?: Problem['severity'];
  readonly settled?: boolean;
}

export function findingOf(remark: Remark): Finding {
  return { severity: 'error', code: 'bad-value', ...remark };
}

/** What zod says about a value, in our words. */
export function findingsOf(issues: readonly z.core.$ZodIssue[], schema: z.ZodType, value: unknown): Finding[] {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? unknownFields(issue.path as Path, issue.keys, schema, value) : [],
  );
  const rest = issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return [];
    const finding = findingOfIssue(issue, schema, value);
    // `hots: x` is one mistake: not also that hosts is missing.
    const told = finding.code === 'missing-field' && unknown.some(({ meant }) => meant && same(meant, finding.path));
    return told ? [] : [finding];
  });
  return [...unknown, ...rest];
}

function unknownFields(parent: Path, keys: readonly string[], schema: z.ZodType, value: unknown): Finding[] {
  const fields = fieldsAt(schema, parent);
  return keys.map((key) => {
    const { field, hint } = suggest(key, fields, valueAt(value, [...parent, key]));
    return {
      path: [...parent, key],
      severity: 'error',
      code: 'unknown-field',
      message: `unknown field ${JSON.stringify(key)}`,
      hint,
      atKey: true,
      meant: field === undefined ? undefined : [...parent, field],
    };
  });
}

function findingOfIssue(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): Finding {
  const path = issue.path as Path;
  const { code, hint, atKey } = (issue.code === 'custom' ? (issue.params ?? {}) : {}) as Partial<Mistake>;
  const missing = issue.message === 'is required';
  return {
    path,
    severity: 'error',
    code: code ?? (missing ? 'missing-field' : 'bad-value'),
    message: issue.message,
    hint: hint ?? hintFor(issue, valueAt(value, path), schema),
    atKey,
  };
}

function hintFor(issue: z.core.$ZodIssue, written: unknown, schema: z.ZodType): string | undefined {
  if (written === undefined) return undefined;
  if (written === null) return 'give it a value, or remove the key';
  if (issue.code === 'invalid_value' && typeof written === 'string') {
    return suggest(written, optionsAt(schema, issue.path as Path), undefined, 'value').hint;
  }
  if (issue.code !== 'invalid_type') return undefined;
  const number = issue.expected === 'number' || issue.expected === 'int';
  if (number && typeof written === 'string' && /^\d+(\.\d+)?$/.test(written)) return `write ${written} without quotes`;
  if (issue.expected === 'boolean' && (written === 'true' || written === 'false'))
    return `write ${written} without quotes`;
  if (issue.message.startsWith('must be a text') && (typeof written === 'number' || typeof written === 'boolean')) {
    return `write it in quotes: "${written}"`;
  }
  return issue.expected === 'array' ? 'put a - before it' : undefined;
}

function same(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, i) => step === b[i]);
}
