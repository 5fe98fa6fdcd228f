import { parseAllDocuments } from 'yaml';
import { keyOf, type RawObject } from '../api/index.ts';
import { Graph } from '../graph/index.ts';
import { createMesh, type ObjectKey, type Problem } from '../mesh/index.ts';
import { createStore, type Store } from '../store/index.ts';
import { createPolicies } from './create-policies.ts';
import { createKeySets, type KeySets } from './key-sets.ts';
import type { Policies, Subject } from './policies.ts';

/** Policies for tests, over objects as users write them. */
export interface World {
  readonly graph: Graph;
  readonly store: Store;
  readonly keySets: KeySets;
  readonly policies: Policies;
  /** Adds or replaces objects. */
  readonly put: (yaml: string) => void;
  readonly drop: (yaml: string) => void;
  /** `error spec.mtls.mode: must be …`: of all objects, without those of their kind alone if `between`. */
  readonly told: (between?: 'between') => readonly string[];
}

export function world(yaml: string): World {
  const graph = new Graph();
  const store = createStore(graph);
  const keySets = createKeySets(graph);
  const policies = createPolicies(graph, store, createMesh(graph, store), keySets);
  const put: World['put'] = (text) =>
    store.apply(
      objectsIn(text).map((object) => ({ kind: 'upsert', key: keyOf(object), object, locate: () => undefined })),
    );
  const drop: World['drop'] = (text) =>
    store.apply(objectsIn(text).map((object) => ({ kind: 'delete', key: keyOf(object) })));
  const told: World['told'] = (between) => {
    const inObjects = between ? [] : store.problems.keys().flatMap((key) => store.problems.get(key)!);
    const among = store.objects().flatMap((key: ObjectKey) => policies.problems(key));
    return [...inObjects, ...among].map(textOf);
  };
  put(yaml);
  return { graph, store, keySets, policies, put, drop, told };
}

export function sidecar(namespace: string, labels: Readonly<Record<string, string>> = {}): Subject {
  return { role: 'sidecar', namespace, labels };
}

function textOf({ severity, path, message }: Problem): string {
  return path ? `${severity} ${path}: ${message}` : `${severity}: ${message}`;
}

function objectsIn(yaml: string): readonly RawObject[] {
  return parseAllDocuments(yaml).flatMap((document) => (document.toJS() as RawObject | null) ?? []);
}
