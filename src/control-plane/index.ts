/**
 * The control plane: all rooms from the store to the translators, joined by one graph.
 *
 *   in   changes, put into the store by whoever has them
 *   out  the rooms themselves, and all problems with their places
 *
 * No porch: nothing in this file reads a file or a socket. `serve.ts` adds the porches, `load.ts` reads a directory once.
 */
import type { Problem } from '../api/index.ts';
import { Graph } from '../graph/index.ts';
import { createMesh, DEFAULT_MESH_CONFIG, type Mesh } from '../mesh/index.ts';
import { createKeySets, createPolicies, type KeySets, type Policies } from '../policy/index.ts';
import type { XdsType } from '../proto/index.ts';
import { createRouting, DEFAULT_GATEWAY_OPTIONS, type GatewayOptions, type Routing } from '../route/index.ts';
import { createStatus, type Status } from '../status/index.ts';
import { createStore, type LocatedProblem, type Store } from '../store/index.ts';
import { createTranslators, createWorkloadSecrets, type Translator, type WorkloadSecrets } from '../translate/index.ts';
import { createViews, type Views } from '../view/index.ts';
import { certificateProblems } from './certificate-problems.ts';
import { deliveryProblems } from './delivery-problems.ts';
import { plaintextProxies } from './plaintext-proxies.ts';
import { createRelationProblems } from './problems.ts';
import { createRejections, type Rejections } from './rejections.ts';

export interface ControlPlane {
  readonly graph: Graph;
  readonly store: Store;
  readonly mesh: Mesh;
  readonly routing: Routing;
  readonly status: Status;
  readonly policies: Policies;
  readonly views: Views;
  readonly translators: Readonly<Record<XdsType, Translator>>;
  readonly rejections: Rejections;
  /** Written by whoever fetches key sets, and by the certificate authority. */
  readonly keySets: KeySets;
  readonly workloadSecrets: WorkloadSecrets;
  /** A query: what is wrong between objects. Watch it, and `problems` costs what changed. */
  readonly relationProblems: () => readonly Problem[];
  /** Everything that is wrong with what users wrote, each with its place if it has one, by file and line. */
  readonly problems: () => readonly LocatedProblem[];
}

export interface ControlPlaneOptions {
  readonly gateways?: Partial<GatewayOptions> | undefined;
  /** Of a mesh whose configuration does not name its own. */
  readonly trustDomain?: string | undefined;
  /** Milliseconds since 1970, of whoever has a clock. Without one certificates do not end. */
  readonly now?: () => number;
}

export function createControlPlane({ gateways, trustDomain, now }: ControlPlaneOptions = {}): ControlPlane {
  const graph = new Graph();
  const store = createStore(graph);
  const mesh = createMesh(graph, store, { ...DEFAULT_MESH_CONFIG, ...(trustDomain !== undefined && { trustDomain }) });
  const routing = createRouting(graph, store, mesh, { ...DEFAULT_GATEWAY_OPTIONS, ...gateways });
  const status = createStatus(graph, store, routing.gatewayApi);
  const keySets = createKeySets(graph);
  const policies = createPolicies(graph, store, mesh, keySets);
  const views = createViews(graph, mesh, {
    selectorKeys: () => [...routing.selectorKeys(), ...policies.selectorKeys()],
  });
  const workloadSecrets = createWorkloadSecrets(graph);
  const translators = createTranslators(graph, mesh, routing, policies, views, workloadSecrets);
  const rejections = createRejections(graph);
  const relationProblems = createRelationProblems({ graph, store, mesh, routing, policies, status });
  const problems = (): LocatedProblem[] => {
    const inObjects = store.problems.keys().flatMap((subject) => store.problems.get(subject) ?? []);
    const between = relationProblems();
    // What is wrong for every proxy is said once.
    const told = new Set(between.map(({ object, path, message }) => JSON.stringify([object, path, message])));
    const delivery = deliveryProblems({ views, translators, rejections }).filter(
      ({ object, path, message }) => !told.has(JSON.stringify([object, path, message])),
    );
    const plaintext = plaintextProxies({ store, mesh, policies, views });
    const ending = now ? certificateProblems(store, now()) : [];
    return [...inObjects, ...between, ...delivery, ...plaintext, ...ending].map(store.locate).sort(byPlace);
  };
  return {
    graph,
    store,
    mesh,
    routing,
    status,
    policies,
    views,
    translators,
    rejections,
    keySets,
    workloadSecrets,
    relationProblems,
    problems,
  };
}

function byPlace(a: LocatedProblem, b: LocatedProblem): number {
  const file = (problem: LocatedProblem): string => problem.place?.file ?? '';
  const line = (problem: LocatedProblem): number => problem.place?.line ?? 0;
  const column = (problem: LocatedProblem): number => problem.place?.column ?? 0;
  return file(a).localeCompare(file(b)) || line(a) - line(b) || column(a) - column(b) || a.path.localeCompare(b.path);
}
