import { weakly } from '../lib/weakly.ts';
import type { Entry, Held, Resource } from '../proto/index.ts';
import { type Copy, copyOf, type Exceptions, type Has, hasOf, NO_EXCEPTIONS, type Want } from './has.ts';
import { covers, minus, type NameSet, NO_NAMES, NO_SCOPE, nameSet, type Scope } from './names.ts';
import { changedNames, find, namesOf, type ResourceSet } from './resource-set.ts';

/** One response's worth of the way from what a proxy has to what it should have. */
export interface Plan {
  readonly resources: readonly Resource[];
  readonly removed: readonly string[];
  /** About, in bytes on the wire. */
  readonly size: number;
  /** What the proxy has when it has accepted this. */
  readonly after: Has;
  /** Questions that this leaves open. */
  readonly asked: NameSet;
  /** Of clusters: the endpoints for which those of `resources` wait that may not ask for them. */
  readonly awaits: NameSet;
  /** Among `resources`: those that are new to the proxy, or that it asked for. */
  readonly introduced: NameSet;
  /** Nothing is left to send but removals. */
  readonly done: boolean;
}

export interface Step {
  /** Before `break`, what must go is kept: something may still refer to it. */
  readonly stage: 'make' | 'break';
  /** How many resources at most: fewer when a response was rejected and nobody knows which of them was the cause. */
  readonly limit: number;
  readonly maxBytes: number;
}

/** gRPC clients read messages of up to 4 MiB unless told otherwise. */
export const MAX_MESSAGE_BYTES = 3.5 * 1024 * 1024;

/** The same for all proxies in the same state, and then the same object. */
export function planOf(has: Has, want: Want, step: Step): Plan {
  if (step.limit !== Number.POSITIVE_INFINITY) return compute(has, want, step);
  if (step.maxBytes === MAX_MESSAGE_BYTES) return step.stage === 'make' ? make(has, want) : breaking(has, want);
  return step.stage === 'make' ? makeWhole(has, want) : breakWhole(has, want);
}

const remembered = (stage: Step['stage'], maxBytes: number) =>
  weakly((has: Has, want: Want) => compute(has, want, { stage, limit: Number.POSITIVE_INFINITY, maxBytes }));
const make = remembered('make', MAX_MESSAGE_BYTES);
const breaking = remembered('break', MAX_MESSAGE_BYTES);
const makeWhole = remembered('make', Number.POSITIVE_INFINITY);
const breakWhole = remembered('break', Number.POSITIVE_INFINITY);

function compute(has: Has, want: Want, step: Step): Plan {
  const draft = { resources: [] as Resource[], removed: [] as string[], size: 0, done: true };
  const exceptions = new Map<string, Copy | undefined>();
  const awaits: string[] = [];
  const introduced: string[] = [];
  const asked: string[] = [];

  for (const name of suspects(has, want)) {
    const had = copyOf(has, name);
    const entry = find(want.set, name);
    const isAsked = want.asked.names.has(name);
    if (!entry) {
      if (had && step.stage === 'make') exceptions.set(name, had);
      else if (had || isAsked) remove(name);
    } else if (isWithheld(entry, want)) {
      if (had || entry.version !== undefined) exceptions.set(name, had);
      if (!had && isAsked) remove(name);
    } else if (isAsked || had?.version !== entry.version) {
      if (isFull(entry)) postpone(name, had, isAsked);
      else upsert(entry, had, isAsked);
    }
  }
  return {
    ...draft,
    after: hasOf(want.scope, want.set, exceptions.size > 0 ? (exceptions as Exceptions) : NO_EXCEPTIONS),
    asked: nameSet(asked),
    awaits: nameSet(awaits),
    introduced: nameSet(introduced),
  };

  function isFull(next: Resource): boolean {
    const { length } = draft.resources;
    return length >= step.limit || (length > 0 && draft.size + sizeOf(next) > step.maxBytes);
  }
  function upsert(resource: Resource, had: Copy | undefined, isAsked: boolean): void {
    draft.resources.push(resource);
    draft.size += sizeOf(resource);
    if (resource.endpoints !== undefined) awaits.push(resource.endpoints);
    else if (had && had.version !== resource.version) awaits.push(resource.name);
    if (!had || isAsked) introduced.push(resource.name);
  }
  function postpone(name: string, had: Copy | undefined, isAsked: boolean): void {
    draft.done = false;
    exceptions.set(name, had);
    if (isAsked) asked.push(name);
  }
  function remove(name: string): void {
    draft.removed.push(name);
    draft.size += name.length + OVERHEAD;
  }
}

/** Version, type URL and field headers of a resource on the wire, roughly. */
const OVERHEAD = 100;

function sizeOf(resource: Resource): number {
  return resource.bytes.length + 2 * resource.name.length + OVERHEAD;
}

/** Whoever has an older one keeps it: this one an Envoy would reject, or this proxy has rejected. */
function isWithheld(entry: Entry, want: Want): entry is Held {
  return entry.version === undefined || want.rejected.get(entry.name) === entry.version;
}

/** All names of which the proxy may have something other than it should. */
function suspects(has: Has, want: Want): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: string): void => {
    if (covers(want.scope, name)) names.add(name);
  };
  if (has.set !== want.set && has.scope !== NO_SCOPE) changedNames(has.set, want.set).forEach(add);
  for (const name of gained(has.scope, want.scope, want.set)) add(name);
  for (const name of has.exceptions.keys()) add(name);
  want.asked.names.forEach(add);
  return names;
}

function gained(before: Scope, after: Scope, set: ResourceSet): Iterable<string> {
  if (before === after || before.wildcard) return NO_NAMES.names;
  return after.wildcard ? namesOf(set) : minus(after.names, before.names).names;
}
