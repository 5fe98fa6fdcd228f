import { anyContent } from './any.ts';
import type { Violation } from './resource.ts';
import { type Check, checkValue, fail } from './rules.ts';
import { type FieldSchema, messageSchema, type Rules } from './schema.ts';

/**
 * What of a message breaks the rules that Envoy's API declares for its fields (protoc-gen-validate), nested messages
 * and Anys included: each would make an Envoy reject the whole resource. Expects a literal that `encode` accepts.
 * https://github.com/bufbuild/protoc-gen-validate#constraint-rules
 */
export function validate(name: string, message: object): readonly Violation[] {
  return messageCheck(name)(message) ?? [];
}

interface FieldCheck {
  readonly field: FieldSchema;
  readonly check: Check;
}

interface MessagePlan {
  /** Of fields that are set, by both of their names. */
  readonly checks: ReadonlyMap<string, FieldCheck>;
  /** Of fields that break a rule by not being set. */
  readonly absent: readonly FieldCheck[];
  readonly oneofs: readonly { readonly name: string; readonly members: readonly FieldSchema[] }[];
}

/** Compiled at first use, so that messages may contain themselves. */
function messageCheck(name: string): Check {
  if (name === 'google.protobuf.Any') return checkAny;
  const known = compiled.get(name);
  if (known) return known;
  let plan: MessagePlan | undefined;
  const check: Check = (value) => {
    plan ??= planOf(name);
    return checkMessage(plan, value as Readonly<Record<string, unknown>>);
  };
  compiled.set(name, check);
  return check;
}

const compiled = new Map<string, Check>();

function checkAny(value: unknown): readonly Violation[] | undefined {
  const { name, message } = anyContent(value);
  return name !== undefined && hasRules(name) ? messageCheck(name)(message) : undefined;
}

function checkMessage(plan: MessagePlan, message: Readonly<Record<string, unknown>>): readonly Violation[] | undefined {
  let found: Violation[] | undefined;
  for (const key in message) {
    const checked = plan.checks.get(key);
    const value = message[key];
    if (checked === undefined || value === undefined || value === null) continue;
    const violations = checked.check(value);
    if (violations) found = [...(found ?? []), ...within(checked.field.json, violations)];
  }
  for (const { field, check } of plan.absent) {
    if (!isSet(message, field)) found = [...(found ?? []), ...within(field.json, check(undefined) ?? [])];
  }
  for (const { name, members } of plan.oneofs) {
    if (members.some((member) => isSet(message, member))) continue;
    const names = members.map((member) => member.json).join(', ');
    found = [...(found ?? []), { path: '', message: `one of ${names} must be set (${name})` }];
  }
  return found;
}

function isSet(message: Readonly<Record<string, unknown>>, field: FieldSchema): boolean {
  return (message[field.json] ?? message[field.name] ?? undefined) !== undefined;
}

function planOf(name: string): MessagePlan {
  const schema = messageSchema(name);
  const checks = schema.fields.flatMap((field) => {
    const check = fieldCheck(field);
    return check ? [{ field, check }] : [];
  });
  return {
    checks: new Map(checks.flatMap((one) => [[one.field.name, one] as const, [one.field.json, one] as const])),
    absent: schema.fields.flatMap(absentCheck),
    oneofs: (schema.required ?? []).map((oneof) => ({
      name: oneof,
      members: schema.fields.filter((field) => field.oneof === oneof),
    })),
  };
}

function fieldCheck(field: FieldSchema): Check | undefined {
  const rules = field.rules ?? {};
  if (field.map !== undefined) return mapCheck(field, rules);
  if (field.repeated) return listCheck(field, rules);
  return valueCheck(field, rules);
}

/** Of one value: its own rules, and those inside when it is a message. */
function valueCheck(field: FieldSchema, rules: Rules): Check | undefined {
  const inside = field.type === 'message' && rules['message']?.['skip'] !== true && hasRules(field.of!);
  return both(checkValue(field, rules), inside ? messageCheck(field.of!) : undefined);
}

function listCheck(field: FieldSchema, rules: Rules): Check | undefined {
  const items = valueCheck(field, (rules['repeated']?.['items'] ?? {}) as Rules);
  const each: Check = (values) => gather((values as readonly unknown[]).map((value, i) => [`[${i}]`, items?.(value)]));
  return both(checkValue(field, rules), items && each);
}

function mapCheck(field: FieldSchema, rules: Rules): Check | undefined {
  const keyField: FieldSchema = { name: field.name, json: field.json, number: 1, type: field.map! };
  const keys = checkValue(keyField, (rules['map']?.['keys'] ?? {}) as Rules);
  const values = valueCheck(field, (rules['map']?.['values'] ?? {}) as Rules);
  const entry = both(keys && ((pair) => keys((pair as Pair)[0])), values && ((pair) => values((pair as Pair)[1])));
  const each: Check = (map) => gather(Object.entries(map as object).map((pair) => [`["${pair[0]}"]`, entry?.(pair)]));
  return both(checkValue(field, rules), entry && each);
}

type Pair = readonly [string, unknown];

/** A field that may be absent without a trace (no oneof, not `optional`) is held to its rules as a default value. */
function absentCheck(field: FieldSchema): readonly FieldCheck[] {
  if (field.oneof !== undefined || field.optional || field.rules === undefined) return [];
  const plain = field.type !== 'message' || field.repeated || field.map !== undefined;
  if (!plain) return isRequired(field.rules) ? [{ field, check: () => fail('must be set') }] : [];
  const violations = checkValue(field, field.rules)?.(defaultOf(field));
  return violations ? [{ field, check: () => violations }] : [];
}

function isRequired(rules: Rules): boolean {
  return Object.values(rules).some((rule) => rule?.['required'] === true);
}

function defaultOf(field: FieldSchema): unknown {
  if (field.map !== undefined) return {};
  if (field.repeated) return [];
  if (field.type === 'string' || field.type === 'bytes') return '';
  return field.type === 'bool' ? false : 0;
}

/** Whether anything in a message of this type, however deep, has a rule. Anys may hold anything. */
function hasRules(name: string): boolean {
  const known = ruled.get(name);
  if (known !== undefined) return known;
  const found = [...reachable(name)].some(
    (type) =>
      type === 'google.protobuf.Any' ||
      messageSchema(type).required !== undefined ||
      messageSchema(type).fields.some((field) => field.rules !== undefined),
  );
  ruled.set(name, found);
  return found;
}

const ruled = new Map<string, boolean>();

function reachable(name: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const field of messageSchema(name).fields) if (field.type === 'message') reachable(field.of!, seen);
  return seen;
}

function both(one: Check | undefined, other: Check | undefined): Check | undefined {
  if (!one || !other) return one ?? other;
  return (value) => {
    const first = one(value);
    const second = other(value);
    return first && second ? [...first, ...second] : (first ?? second);
  };
}

function gather(parts: readonly (readonly [string, readonly Violation[] | undefined])[]) {
  const found = parts.flatMap(([step, violations]) => (violations ? within(step, violations) : []));
  return found.length > 0 ? found : undefined;
}

function within(step: string, violations: readonly Violation[]): readonly Violation[] {
  return violations.map(({ path, message }) => {
    const separator = path === '' || path.startsWith('[') ? '' : '.';
    return { path: `${step}${separator}${path}`, message };
  });
}
