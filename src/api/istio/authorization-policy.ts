import type { z } from 'zod';
import { closest } from '../../lib/closest.ts';
import type { Part } from '../cost.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import {
  type Deep,
  list,
  type Mistake,
  object,
  oneOf,
  optional,
  rule,
  show,
  someOf,
  text,
  word,
} from '../vocabulary.ts';
import { checkAuthorization } from './authorization-check.ts';
import { AUTHORIZATION_COSTS } from './authorization-costs.ts';
import { OPERATION_VALUES, SOURCE_VALUES, type ValueMistake } from './authorization-values.ts';
import { CONDITION_KEYS, conditionValueMistake, parseConditionKey } from './condition-key.ts';
import { readableSelector, SECURITY, targetReference, workloadSelector } from './security.ts';
import { partOf, UNREADABLE } from './unreadable.ts';

const source = object(listsOf(SOURCE_VALUES));

const operation = object(listsOf(OPERATION_VALUES));

const condition = object({
  key: text(),
  values: optional(list(text())),
  notValues: optional(list(text())),
}).check(rule(conditionMistakes));

const authorizationRule = object({
  from: optional(someOf(object({ source }))),
  to: optional(someOf(object({ operation }))),
  when: optional(list(condition)),
});

const schema = object({
  spec: optional(
    object({
      selector: optional(workloadSelector),
      targetRef: optional(targetReference),
      targetRefs: optional(list(targetReference)),
      action: optional(oneOf(['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'])),
      provider: optional(object({ name: word() })),
      rules: optional(list(authorizationRule)),
    }).check(rule(providerMistake)),
  ),
});

export type AuthorizationPolicy = KubeObject<Deep<z.infer<typeof schema>>>;
export type AuthorizationRule = Deep<z.infer<typeof authorizationRule>>;
export type AuthorizationSource = Deep<z.infer<typeof source>>;
export type AuthorizationOperation = Deep<z.infer<typeof operation>>;
export type AuthorizationCondition = Deep<z.infer<typeof condition>>;

/** https://istio.io/latest/docs/reference/config/security/authorization-policy/ */
export const authorizationPolicyKind = defineKind({
  ...SECURITY,
  kind: 'AuthorizationPolicy',
  schema,
  costs: AUTHORIZATION_COSTS,
  narrowing: ['spec.selector'],
  notApplied: {},
  standIn: { of: closing, says: 'what it may have selected is closed as far as it may have closed it' },
  check: ({ spec }, metadata) => checkAuthorization(spec, metadata),
});

/**
 * Closes all that the policy may have been meant to close. One that lets in has closed to everybody else; where its
 * action is in doubt it may have denied.
 */
function closing(written: Part): { readonly spec: NonNullable<AuthorizationPolicy['spec']> } {
  const spec = partOf(written['spec']);
  const scope = readableSelector(spec);
  const fields = Object.keys(spec);
  const isPlain = fields.length > 0 && fields.every((field) => SPEC_FIELDS.includes(field));
  const action = spec['action'] ?? (isPlain ? 'ALLOW' : undefined);
  if (action === 'ALLOW') return { spec: { ...scope, action } };
  return { spec: { ...scope, action: action === 'AUDIT' ? action : 'DENY', rules: [{}] } };
}

const SPEC_FIELDS = ['selector', 'targetRef', 'targetRefs', 'action', 'provider', 'rules'];

function listsOf<T extends Readonly<Record<string, ValueMistake>>>(fields: T) {
  const lists = Object.entries(fields).map(([field, mistake]) => [field, optional(list(value(mistake)))]);
  return Object.fromEntries(lists) as { readonly [K in keyof T]: ReturnType<typeof optionalTexts> };
}

function optionalTexts() {
  return optional(list(text()));
}

function value(mistake: ValueMistake) {
  return text((written) => (written === UNREADABLE ? undefined : mistake(written)));
}

function conditionMistakes(written: {
  readonly key: string;
  readonly values?: readonly string[] | undefined;
  readonly notValues?: readonly string[] | undefined;
}): readonly Mistake[] | Mistake | undefined {
  const { key, values = [], notValues = [] } = written;
  if (key === UNREADABLE) return undefined;
  const known = parseConditionKey(key);
  if (!known)
    return { path: ['key'], code: 'unknown-key', message: `there is no key ${show(key)}`, hint: keyHint(key) };
  if (values.length + notValues.length === 0) return { message: 'must have values or notValues' };
  return Object.entries({ values, notValues }).flatMap(([field, all]) =>
    all.flatMap((one, i) => {
      const mistake = one === UNREADABLE ? undefined : conditionValueMistake(known)(one);
      return mistake === undefined ? [] : [{ path: [field, i], message: `${mistake}, not ${show(one)}` }];
    }),
  );
}

function keyHint(key: string): string {
  const near = closest(key, CONDITION_KEYS);
  return near === undefined ? `known keys: ${CONDITION_KEYS.join(', ')}` : `did you mean ${near}?`;
}

function providerMistake({
  action,
  provider,
}: {
  readonly action?: string | undefined;
  readonly provider?: unknown;
}): Mistake | undefined {
  if (action === 'CUSTOM' && !provider) {
    const message = 'is required: it names who is asked';
    return { path: ['provider'], code: 'missing-field', message, hint: 'provider: {name: …}, of extensionProviders' };
  }
  if (action !== 'CUSTOM' && provider) {
    return { path: ['action'], message: `must be CUSTOM where there is a provider, not ${show(action ?? 'ALLOW')}` };
  }
  return undefined;
}
