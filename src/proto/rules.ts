import { parseBytes, parseDuration, show } from './json-values.ts';
import type { Violation } from './resource.ts';
import { type FieldSchema, type Rule, type Rules, schema } from './schema.ts';
import { stringTests } from './string-rules.ts';

/** What is wrong with a value, with paths from the value on; undefined for nothing. */
export type Check = (value: unknown) => readonly Violation[] | undefined;

/** What is wrong with a value, in words that follow its path: `must be at least 1, not 0`. */
export type Test = (value: unknown) => string | undefined;

/** Rules that other code reads: `required` where fields are absent, `items`, `keys` and `values` where there are many. */
const READ_ELSEWHERE = ['required', 'skip', 'items', 'keys', 'values', 'ignore_empty', 'strict'];

/** A check of one value against the rules of its kind: `{uint32: {lte: 5}}`. Throws for a rule that nobody wrote. */
export function checkValue(field: FieldSchema, rules: Rules): Check | undefined {
  const tests = Object.entries(rules).flatMap(([kind, rule]) => (rule ? testsOf(field, kind, rule) : []));
  if (tests.length === 0) return undefined;
  return (value) => {
    for (const test of tests) {
      const message = test(value);
      if (message !== undefined) return fail(message);
    }
    return undefined;
  };
}

export function fail(message: string): readonly Violation[] {
  return [{ path: '', message }];
}

function testsOf(field: FieldSchema, kind: string, rule: Rule): readonly Test[] {
  const written = (kinds[kind] ?? {}) as Readonly<Record<string, RuleTest>>;
  const tests = Object.entries(rule).flatMap(([name, limit]) => {
    if (READ_ELSEWHERE.includes(name)) return [];
    const make = written[name];
    if (!make) throw new Error(`${field.name} has the rule ${kind}.${name}, which nobody wrote`);
    return make(limit, rule, field) ?? [];
  });
  return rule['ignore_empty'] === true ? tests.map(unlessEmpty) : tests;
}

function unlessEmpty(test: Test): Test {
  return (value) => (value === '' || value === 0 || size(value) === 0 ? undefined : test(value));
}

function size(value: unknown): number | undefined {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
}

/** The test of one rule; undefined when another rule's test covers it. */
export type RuleTest = (limit: unknown, rule: Rule, field: FieldSchema) => Test | undefined;

const wrong = (isRight: (value: unknown) => boolean, message: string): Test => {
  return (value) => (isRight(value) ? undefined : `${message}, not ${show(value)}`);
};

/** `in`, `not_in`, `const`. A list of one is written without brackets. */
function membership(measure: (value: unknown, field: FieldSchema) => unknown): Readonly<Record<string, RuleTest>> {
  const list = (limit: unknown): readonly unknown[] => (Array.isArray(limit) ? limit : [limit]);
  return {
    in: (limit, _rule, field) =>
      wrong(
        (value) => list(limit).includes(measure(value, field)),
        `must be one of ${list(limit).map(show).join(', ')}`,
      ),
    not_in: (limit, _rule, field) => (value) =>
      list(limit).includes(measure(value, field)) ? `must not be ${show(value)}` : undefined,
    const: (limit, _rule, field) => wrong((value) => measure(value, field) === limit, `must be ${show(limit)}`),
  };
}

/** `gt`, `gte`, `lt`, `lte`. An upper limit below the lower one means outside of the two. */
function range(
  measure: (value: unknown) => number,
  limitOf: (limit: unknown) => number,
  unit: string,
): Readonly<Record<string, RuleTest>> {
  const upper = (rule: Rule): RangeEnd | undefined => {
    if (rule['lt'] !== undefined) return end('less than', limitOf(rule['lt']), unit, (value, limit) => value < limit);
    if (rule['lte'] !== undefined) return end('at most', limitOf(rule['lte']), unit, (value, limit) => value <= limit);
    return undefined;
  };
  const lower = (rule: Rule): RangeEnd | undefined => {
    if (rule['gt'] !== undefined) return end('more than', limitOf(rule['gt']), unit, (value, limit) => value > limit);
    if (rule['gte'] !== undefined) return end('at least', limitOf(rule['gte']), unit, (value, limit) => value >= limit);
    return undefined;
  };
  const test = (one: RangeEnd): Test => wrong((value) => one.holds(measure(value)), `must be ${one.text}`);
  const lowest: RuleTest = (_limit, rule) => {
    const [low, high] = [lower(rule)!, upper(rule)];
    if (!high || low.limit <= high.limit) return test(low);
    const outside = `must be ${high.text} or ${low.text}`;
    return wrong((value) => low.holds(measure(value)) || high.holds(measure(value)), outside);
  };
  const highest: RuleTest = (_limit, rule) => {
    const [low, high] = [lower(rule), upper(rule)!];
    return low && low.limit > high.limit ? undefined : test(high);
  };
  return { gt: lowest, gte: lowest, lt: highest, lte: highest };
}

interface RangeEnd {
  readonly text: string;
  readonly limit: number;
  readonly holds: (value: number) => boolean;
}

function end(words: string, limit: number, unit: string, holds: (value: number, limit: number) => boolean): RangeEnd {
  return { text: `${words} ${limit}${unit}`, limit, holds: (value) => holds(value, limit) };
}

/** Seconds: fractions of them compare exactly where both sides are made of the same two integers. */
function seconds(value: unknown): number {
  const { seconds, nanos } = parseDuration(value);
  return Number(seconds) + nanos / 1e9;
}

function limitSeconds(limit: unknown): number {
  const { seconds = 0, nanos = 0 } = limit as { readonly seconds?: number; readonly nanos?: number };
  return Number(seconds) + Number(nanos) / 1e9;
}

function enumNumber(value: unknown, field: FieldSchema): unknown {
  return typeof value === 'string' ? schema().enums[field.of!]![value] : value;
}

const number = { ...range(Number, Number, ''), ...membership(Number) };
const count = (limit: unknown, one: string, many: string) => `${limit} ${limit === 1 ? one : many}`;

const kinds: Readonly<Record<string, Readonly<Record<string, RuleTest>>>> = {
  ...Object.fromEntries(
    ['float', 'double', 'int32', 'uint32', 'sint32', 'fixed32', 'int64', 'uint64', 'sint64', 'fixed64'].map((kind) => [
      kind,
      number,
    ]),
  ),
  string: { ...stringTests, ...membership((value) => value) },
  bool: membership((value) => value),
  enum: {
    ...membership(enumNumber),
    defined_only: (_limit, _rule, field) => (value) =>
      Object.values(schema().enums[field.of!]!).includes(enumNumber(value, field) as number)
        ? undefined
        : `must be a value of ${field.of}, not ${show(value)}`,
  },
  duration: range(seconds, limitSeconds, 's'),
  any: membership((value) => (value as { readonly '@type'?: string })['@type']),
  bytes: {
    min_len: (limit) => (value) =>
      parseBytes(value).length < Number(limit) ? `must have at least ${count(limit, 'byte', 'bytes')}` : undefined,
    max_len: (limit) => (value) =>
      parseBytes(value).length > Number(limit) ? `must have at most ${count(limit, 'byte', 'bytes')}` : undefined,
  },
  repeated: {
    min_items: (limit) => (value) =>
      size(value)! < Number(limit) ? `must have at least ${count(limit, 'item', 'items')}` : undefined,
    max_items: (limit) => (value) =>
      size(value)! > Number(limit)
        ? `must have at most ${count(limit, 'item', 'items')}, not ${size(value)}`
        : undefined,
    unique: () => (value) => {
      const seen = (value as readonly unknown[]).map((item) => JSON.stringify(item));
      const twice = seen.find((item, index) => seen.indexOf(item) !== index);
      return twice === undefined ? undefined : `must not have an item twice: ${twice}`;
    },
  },
  map: {
    min_pairs: (limit) => (value) =>
      size(value)! < Number(limit) ? `must have at least ${count(limit, 'entry', 'entries')}` : undefined,
    max_pairs: (limit) => (value) =>
      size(value)! > Number(limit) ? `must have at most ${count(limit, 'entry', 'entries')}` : undefined,
  },
};
