import { z } from 'zod';
import { durationMs } from '../lib/duration.ts';
import { re2Error } from '../lib/re2.ts';
import type { Path } from './path.ts';

/**
 * The words in which schemas are written. Each says in plain words what it wants, so that a mistake reads
 * `must be a whole number between 0 and 100, not "abc"`.
 */

/** A map of known fields; a field that is not known is a mistake. */
export function object<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape, wants('a map of fields'));
}

export function list<T extends z.ZodType>(item: T) {
  return z.array(item, wants('a list'));
}

/** At least one. */
export function someOf<T extends z.ZodType>(item: T) {
  return z.array(item, wants('a list')).check(rule((items) => (items.length ? undefined : 'must not be empty')));
}

export function mapOf<T extends z.ZodType>(value: T) {
  return z.record(z.string(), value, wants('a map'));
}

export const optional = z.optional;

/** A text; `mistake` says what is wrong with it: `must be …`. */
export function text(mistake?: (value: string) => string | undefined) {
  const any = z.string(wants('a text'));
  return mistake ? any.check(rule((value) => withValue(mistake(value), value))) : any;
}

/** A text that is not empty. */
export function word() {
  return text((value) => (value === '' ? 'must not be empty' : undefined));
}

export function flag() {
  return z.boolean(wants('true or false'));
}

export function oneOf<const T extends readonly (string | number)[]>(values: T) {
  return z.literal(values, wants(`one of ${values.join(', ')}`));
}

export function wholeNumber(min = 0, max = UINT32) {
  const want = wants(`a whole number ${range(min, max)}`);
  return z.int(want).min(min, want).max(max, want);
}

export function number(min: number, max: number) {
  const want = wants(`a number ${range(min, max)}`);
  return z.number(want).min(min, want).max(max, want);
}

export function portNumber() {
  return wholeNumber(1, 65_535);
}

/** https://pkg.go.dev/time#ParseDuration; istio takes nothing finer than a millisecond. */
export function duration(least: 'zero' | 'positive' = 'zero') {
  return z
    .string(wants('a duration like 1.5s, 200ms or 1h30m'))
    .check(rule((value) => withValue(durationMistake(value, least), value)));
}

function durationMistake(value: string, least: 'zero' | 'positive'): string | undefined {
  const ms = durationMs(value);
  if (ms === undefined) return 'must be a duration like 1.5s, 200ms or 1h30m';
  if (ms === 0 && least === 'zero') return undefined;
  return ms >= 1 && Number.isInteger(ms) ? undefined : 'must be one or more whole milliseconds';
}

/** `{value: 12.5}`: 0 to 100. */
export function percent() {
  return z.strictObject({ value: optional(number(0, 100)) }, wants('a map like {value: 12.5}'));
}

export type Percent = Deep<z.infer<ReturnType<typeof percent>>>;

export function regex() {
  return text((value) => {
    const error = value === '' ? 'it is empty' : re2Error(value);
    return error && `must be a regular expression in RE2 syntax (${error})`;
  });
}

/** A text that is never shown; `mistake` says what is wrong with it. */
export function hiddenText(mistake: (value: string) => Mistake | undefined) {
  return z.string({ error: () => 'must be a text' }).check(rule(mistake));
}

/** A map of texts that are never shown. */
export function secrets(form: 'base64' | 'any') {
  return z.record(z.string(), secret(form), { error: () => 'must be a map' });
}

function secret(form: 'base64' | 'any') {
  const any = z.string({ error: () => 'must be a text' });
  if (form === 'any') return any;
  return any.check(rule((value) => (/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value) ? undefined : 'must be base64')));
}

/** A whole number or a text, as Kubernetes' target ports are. */
export function numberOrName(mistake: (value: number | string) => string | undefined) {
  return z
    .union([z.int(), z.string()], wants('a port number or a port name'))
    .check(rule((value) => withValue(mistake(value), value)));
}

/** A mistake found by a `rule`, at a path below what the rule looks at. */
export interface Mistake {
  readonly path?: Path;
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
  /** Of an entry of a map, the key is wrong. */
  readonly atKey?: true;
}

/** Looks at a value whose parts are all right, and says what is wrong with the whole. */
export function rule<T>(look: (value: T) => string | Mistake | readonly Mistake[] | undefined): z.core.CheckFn<T> {
  return (payload) => {
    const found = look(payload.value);
    if (found === undefined) return;
    const mistakes = typeof found === 'string' ? [{ message: found }] : [found].flat();
    for (const { path = [], message, ...params } of mistakes as Mistake[]) {
      payload.issues.push({ code: 'custom', input: payload.value, path: [...path], message, params });
    }
  };
}

/** Exactly one (or at most one) of these fields may be there: protobuf's oneof. */
export function oneofRule<T extends object>(keys: readonly string[], count: 'exactly' | 'at most'): z.core.CheckFn<T> {
  return rule((value: T) => {
    const there = keys.filter((key) => (value as Record<string, unknown>)[key] !== undefined);
    if (there.length > 1) return `must have only one of ${keys.join(', ')}, not ${there.join(' and ')}`;
    if (there.length === 0 && count === 'exactly') return `must have one of ${keys.join(', ')}`;
    return undefined;
  });
}

/** For people: what was written, short. */
export function show(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return shown.length > 80 ? `${shown.slice(0, 77)}…` : shown;
}

/** Types as consumers see them: nothing in a parsed value changes. */
export type Deep<T> = T extends readonly (infer U)[]
  ? readonly Deep<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Deep<T[K]> }
    : T;

const UINT32 = 4_294_967_295;

function range(min: number, max: number): string {
  return max >= 2_147_483_647 ? `of ${min} or more` : `between ${min} and ${max}`;
}

function withValue(mistake: string | undefined, value: unknown): string | undefined {
  return mistake && (value === '' ? `${mistake}, and is empty` : `${mistake}, not ${show(value)}`);
}

function wants(what: string) {
  return {
    error: ({ input }: { readonly input?: unknown }) =>
      input === undefined ? 'is required' : `must be ${what}, not ${show(input)}`,
  };
}
