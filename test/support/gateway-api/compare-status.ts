import type { ObjectKey, RawObject } from '../../../src/api/index.ts';
import type { Condition, ListenerStatus, ObjectStatus } from '../../../src/status/index.ts';
import { differs } from '../judge-call.ts';
import type { Step } from './case.ts';
import { namespaceOf } from './endpoints.ts';
import { find, keyOf, keyOfName } from './object-names.ts';
import {
  CONDITION_TYPES,
  type ExpectedConditions,
  type ExpectedListener,
  type ExpectedStatus,
} from './status-expectation.ts';

/** What of a step's status is not so, a sentence each that begins with the object. */
export function compareStatus(
  expected: NonNullable<Step['status']>,
  objects: readonly RawObject[],
  statusOf: (key: ObjectKey) => ObjectStatus | undefined,
): readonly string[] {
  return Object.entries(expected).flatMap(([name, wanted]) => {
    const object = find(name, objects);
    const status = statusOf(object ? keyOf(object) : keyOfName(name));
    return compareObject(wanted, status, object).map((sentence) => `${name}: ${sentence}`);
  });
}

function compareObject(
  expected: ExpectedStatus | 'none',
  status: ObjectStatus | undefined,
  object: RawObject | undefined,
): readonly string[] {
  if (expected === 'none') return status === undefined ? [] : [`has a status, but should have none: ${show(status)}`];
  const { listeners, parents, ancestors } = expected;
  const isOnlyParents = Object.keys(expected).every((field) => field === 'parents' || field === 'ancestors');
  // A route of others has no status of ours, and so no parents.
  if (status === undefined && !isOnlyParents) return ['has no status'];
  const generation = generationOf(object);
  const namespace = object ? namespaceOf(object) : '';
  const above = status?.ancestors?.map((one) => partOf(one.ancestorRef, one.conditions, namespace));
  const written = status?.parents?.map((one) => partOf(one.parentRef, one.conditions, namespace));
  return [
    ...compareConditions(expected, status?.conditions ?? [], generation),
    ...compareFields(expected, status),
    ...(listeners ? compareListeners(listeners, status?.listeners ?? [], generation) : []),
    ...(parents ? compareParts('parents', parents, written ?? [], generation) : []),
    ...(ancestors ? compareParts('ancestors', ancestors, above ?? [], generation) : []),
  ];
}

function compareFields(expected: ExpectedStatus, status: ObjectStatus | undefined): readonly string[] {
  const addresses = status?.addresses?.map(({ type, value }) => `${type} ${value}`);
  const features = (status?.supportedFeatures ?? []).map(({ name }) => name);
  const missing = (expected.supportedFeatures ?? []).filter((name) => !features.includes(name));
  return [
    ...(expected.addresses ? compareLists('addresses', expected.addresses, addresses) : []),
    ...differs('attachedListenerSets', expected.attachedListenerSets, status?.attachedListenerSets),
    ...missing.map((name) => `${name} should be among supportedFeatures`),
  ];
}

/** What the object's author wrote, or the API server would. */
function generationOf(object: RawObject | undefined): number | undefined {
  const generation = object?.metadata['generation'];
  return typeof generation === 'number' ? generation : undefined;
}

function compareConditions(
  expected: ExpectedConditions,
  conditions: readonly Condition[],
  generation: number | undefined,
): readonly string[] {
  const twice = conditions.filter(({ type }, i) => conditions.findIndex((one) => one.type === type) !== i);
  const stale = conditions.filter(
    ({ observedGeneration }) => generation !== undefined && observedGeneration !== generation,
  );
  return [
    ...CONDITION_TYPES.flatMap((type) => compareCondition(type, expected[type], conditions)),
    ...twice.map(({ type }) => `${type} is there twice`),
    ...stale.map(
      ({ type, observedGeneration }) =>
        `observedGeneration of ${type} should be ${generation}, not ${observedGeneration}`,
    ),
  ];
}

function compareCondition(
  type: string,
  expected: string | undefined,
  conditions: readonly Condition[],
): readonly string[] {
  if (expected === undefined) return [];
  const found = conditions.find((condition) => condition.type === type);
  if (!found) return expected === 'absent' ? [] : [`${type} should be ${expected}, not absent`];
  const { status, reason, message } = found;
  if (expected === `${status}/${reason}`) return [];
  return [`${type} should be ${expected}, not ${status}/${reason} (${message})`];
}

function compareListeners(
  expected: Readonly<Record<string, ExpectedListener>>,
  listeners: readonly ListenerStatus[],
  generation: number | undefined,
): readonly string[] {
  const names = listeners.map(({ name }) => name);
  const wrong = listeners.flatMap((listener) => {
    const wanted = expected[listener.name];
    return wanted
      ? compareListener(wanted, listener, generation).map((text) => `listener ${listener.name}: ${text}`)
      : [];
  });
  return [...compareLists('listeners', Object.keys(expected), names), ...wrong];
}

function compareListener(
  expected: ExpectedListener,
  listener: ListenerStatus,
  generation: number | undefined,
): readonly string[] {
  const { attachedRoutes, supportedKinds } = expected;
  const kinds = listener.supportedKinds.map(({ kind }) => kind);
  return [
    ...compareConditions(expected, listener.conditions, generation),
    ...differs('attachedRoutes', attachedRoutes, listener.attachedRoutes),
    ...(supportedKinds ? compareLists('supportedKinds', supportedKinds, kinds) : []),
  ];
}

interface Part {
  readonly name: string;
  readonly conditions: readonly Condition[];
}

function compareParts(
  what: string,
  expected: Readonly<Record<string, ExpectedConditions>>,
  parts: readonly Part[],
  generation: number | undefined,
): readonly string[] {
  const wrong = parts.flatMap(({ name, conditions }) => {
    const wanted = expected[name];
    return wanted ? compareConditions(wanted, conditions, generation).map((text) => `${name}: ${text}`) : [];
  });
  const names = parts.map(({ name }) => name);
  return [...compareLists(what, Object.keys(expected), names), ...wrong];
}

/** Named as the expectations do: `Gateway infra/public#http:80`. */
function partOf(ref: Readonly<Record<string, unknown>>, conditions: readonly Condition[], ownNamespace: string): Part {
  const { kind = 'Gateway', namespace = ownNamespace, name, sectionName, port } = ref;
  const section = sectionName === undefined ? '' : `#${sectionName}`;
  return { name: `${kind} ${namespace}/${name}${section}${port === undefined ? '' : `:${port}`}`, conditions };
}

/** Complete, in any order. */
function compareLists(what: string, expected: readonly string[], actual: readonly string[] = []): readonly string[] {
  const sorted = (names: readonly string[]): string => names.toSorted().join(', ') || 'none';
  return differs(what, sorted(expected), sorted(actual));
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
