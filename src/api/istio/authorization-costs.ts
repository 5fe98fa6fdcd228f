import { type Costs, type Part, type Replacement, THE_OBJECT } from '../cost.ts';
import { OPERATION_VALUES, SOURCE_VALUES, type ValueMistake } from './authorization-values.ts';
import { conditionValueMistake, parseConditionKey } from './condition-key.ts';
import { partOf, readableValues, UNREADABLE } from './unreadable.ts';

/**
 * What a mistake in an AuthorizationPolicy costs. It is marked where it stands, and nothing around it is lost: for each
 * call it is unknown whether it fits what was meant, and the worst is taken for true. So, in a rule that
 *
 *   what is wrong                                    ALLOW                            DENY, CUSTOM, AUDIT
 *   a value (principals: [a, 5])                     the value is left out            the list is left out
 *   a value that excepts (notPrincipals: [a, 5])     the rule never matches           the value is left out
 *   a whole list, an unknown field, a condition      the source, operation or rule    it is left out; all others
 *                                                    that it is in never matches      must still be right
 *   a source or an operation                         it is left out; without          `from` or `to` is left out
 *                                                    others the rule never matches
 *   a rule, or all rules                             never matches                    always matches
 *
 * Where it is unknown which action is meant, or for whom, nothing of the object is usable.
 */
export const AUTHORIZATION_COSTS: Costs = {
  spec: THE_OBJECT,
  'spec.selector': THE_OBJECT,
  'spec.targetRef': THE_OBJECT,
  'spec.targetRefs': THE_OBJECT,
  'spec.action': THE_OBJECT,
  // One that nobody knows, so that what its rules match is denied.
  'spec.provider': { unit: 'spec', becomes: made('provider', () => ({ name: UNREADABLE })) },
  'spec.rules': { unit: 'spec', becomes: made('rules', () => [{ when: [unknownCondition()] }]) },
  'spec.rules[]': {
    unit: 'spec.rules[]',
    becomes: made('when', (when) => [...(Array.isArray(when) ? when : []), unknownCondition()]),
  },
  'spec.rules[].from': { unit: 'spec.rules[]', becomes: made('from', () => [{ source: withUnknownSource({}) }]) },
  'spec.rules[].from[]': {
    unit: 'spec.rules[].from[]',
    becomes: made('source', (source) => withUnknownSource(partOf(source))),
  },
  'spec.rules[].from[].source': {
    unit: 'spec.rules[].from[].source',
    becomes: { of: withUnknownSource, made: 'notPrincipals' },
  },
  ...lists('spec.rules[].from[].source', SOURCE_VALUES),
  'spec.rules[].to': { unit: 'spec.rules[]', becomes: made('to', () => [{ operation: withUnknownOperation({}) }]) },
  'spec.rules[].to[]': {
    unit: 'spec.rules[].to[]',
    becomes: made('operation', (operation) => withUnknownOperation(partOf(operation))),
  },
  'spec.rules[].to[].operation': {
    unit: 'spec.rules[].to[].operation',
    becomes: { of: withUnknownOperation, made: 'notPorts' },
  },
  ...lists('spec.rules[].to[].operation', OPERATION_VALUES),
  'spec.rules[].when': { unit: 'spec.rules[]', becomes: made('when', () => [unknownCondition()]) },
  'spec.rules[].when[]': { unit: 'spec.rules[].when[]', becomes: { of: unknownCondition, made: 'key' } },
  'spec.rules[].when[].values': { unit: 'spec.rules[].when[]', becomes: ofCondition('values') },
  'spec.rules[].when[].notValues': { unit: 'spec.rules[].when[]', becomes: ofCondition('notValues') },
};

/** The same part, with one field made anew. */
function made(field: string, of: (written: unknown) => unknown): Replacement {
  return { of: (part) => ({ ...part, [field]: of(part[field]) }), made: field };
}

function lists(unit: string, fields: Readonly<Record<string, ValueMistake>>): Costs {
  const entries = Object.entries(fields).map(([field, mistake]) => [
    `${unit}.${field}`,
    { unit, becomes: made(field, (values) => readableValues(values, mistake)) },
  ]);
  return Object.fromEntries(entries);
}

function ofCondition(field: 'values' | 'notValues'): Replacement {
  const of = (part: Part): Part => {
    const key = typeof part['key'] === 'string' ? parseConditionKey(part['key']) : undefined;
    if (!key) return unknownCondition();
    return { ...part, [field]: readableValues(part[field], conditionValueMistake(key)) };
  };
  return { of, made: field };
}

/** Something more is asked of the source, and nobody knows what. */
function withUnknownSource(source: Part): Part {
  return { ...source, notPrincipals: withUnknown(source['notPrincipals']) };
}

function withUnknownOperation(operation: Part): Part {
  return { ...operation, notPorts: withUnknown(operation['notPorts']) };
}

function withUnknown(values: unknown): readonly unknown[] {
  return [...(Array.isArray(values) ? values : []), UNREADABLE];
}

function unknownCondition(): Part {
  return { key: UNREADABLE, values: [UNREADABLE] };
}
