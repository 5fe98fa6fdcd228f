/**
 * AuthorizationPolicy: who may call a workload, as its users say it to Istio.
 *
 *   in   AuthorizationPolicies (store); trust domains and providers (mesh)
 *   out  the policies in force for a workload or gateway, by action
 */
import type { Graph } from '../../graph/index.ts';
import type { Mesh } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import type { Authorization, Policy, Provider } from '../authorization.ts';
import type { Subject } from '../policies.ts';
import { createProviders, type FoundProvider } from '../providers.ts';
import { createScope, type Scope, unique } from '../scope.ts';
import { policyOf } from './policy.ts';

/** Rows of policies in force, by what they do; equal ones mean equal policies. */
export interface IstioId {
  readonly custom: readonly string[];
  readonly deny: readonly string[];
  readonly allow: readonly string[];
  readonly audit: readonly string[];
}

export interface IstioAuthorization {
  readonly scope: Scope;
  /** Undefined: no policy is about it. */
  readonly inForce: (subject: Subject) => IstioId | undefined;
  readonly authorization: (id: IstioId) => Authorization;
  readonly provider: (name: string) => FoundProvider;
  /** The names of all providers that policies in force would ask. */
  readonly providersOf: (rows: readonly string[]) => readonly string[];
}

/** What the mesh is called, its own name first; `root` is the namespace whose policies are for all namespaces. */
interface Names {
  readonly domains: () => readonly string[];
  readonly root: () => string;
}

export function createIstioAuthorization(
  graph: Graph,
  store: Tables,
  mesh: Mesh,
  { domains, root }: Names,
): IstioAuthorization {
  const table = store.authorizationPolicies;
  const scope = createScope(graph, 'authorization', table, root);
  const provider = createProviders(graph, mesh);
  const act = table.column('act', ({ spec }) => ({
    action: spec?.action ?? 'ALLOW',
    provider: spec?.provider?.name ?? '',
  }));

  /** Remembered by whom it is about, so that a policy for others wakes nobody. */
  const about = graph.query('policy.authorizationAbout', (subject): IstioId | undefined => {
    const rows = scope.about(JSON.parse(subject) as Subject).map(({ row }) => row);
    const doing = (action: string): readonly string[] => rows.filter((row) => act(row)!.action === action);
    return rows.length === 0
      ? undefined
      : { custom: doing('CUSTOM'), deny: doing('DENY'), allow: doing('ALLOW'), audit: doing('AUDIT') };
  });
  /** Most namespaces of most meshes: nothing is to be remembered of their workloads one by one. */
  const isSilent = graph.query('policy.authorizationSilent', (namespace) =>
    [namespace, root()].every((one) => scope.headings(one).length === 0),
  );
  const inForce = ({ role, namespace, labels }: Subject): IstioId | undefined => {
    if (isSilent(namespace)) return undefined;
    const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
    return about(JSON.stringify({ role, namespace, labels: Object.fromEntries(sorted) }));
  };

  const policy = graph.query('policy.authorizationPolicy', (row): Policy | undefined => {
    const written = table.get(row);
    return written && policyOf(written, domains());
  });
  const policies = (rows: readonly string[]): readonly Policy[] => rows.flatMap((row) => policy(row) ?? []);
  const providersOf = (rows: readonly string[]): readonly string[] =>
    unique(rows.flatMap((row) => act(row)?.provider ?? []));

  const authorization = ({ custom, deny, allow, audit }: IstioId): Authorization => ({
    custom:
      custom.length === 0
        ? undefined
        : { provider: oneOf(providersOf(custom), (name) => provider(name).provider), policies: policies(custom) },
    deny: policies(deny),
    allow: policies(allow),
    audit: policies(audit),
  });
  return { scope, inForce, authorization, provider, providersOf };
}

/** Whom to ask is not known where policies name several: all that they match is denied, as Istio does. */
function oneOf(names: readonly string[], find: (name: string) => Provider): Provider {
  return names.length === 1 ? find(names[0]!) : { kind: 'unknown', name: names.join(', ') };
}
