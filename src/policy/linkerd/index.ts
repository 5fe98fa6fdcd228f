/**
 * Linkerd's policy, in the words that all policies are put into here: a Server closes a port to all but those whom its
 * accessPolicy or an authorization lets in. In a mesh with Istio's policies too, both must let a call in: so what a
 * Server says is a policy that denies all others. Where it has routes, each may let in more, to itself.
 */
import { type LinkerdServer, type ObjectKey, parseObjectKey } from '../../api/index.ts';
import type { Graph } from '../../graph/index.ts';
import { agedBy, byAge } from '../../mesh/precedence.ts';
import type { Tables } from '../../store/index.ts';
import type { Authorization, Policy } from '../authorization.ts';
import { ALWAYS, type Condition, NO_ROUTE } from '../condition.ts';
import { allOf, anyOf as eitherOf } from '../logic.ts';
import type { Clients } from './clients.ts';
import { ANY_IDENTITY, anyOf, networksOf } from './identities.ts';
import { selectsLabels } from './label-selector.ts';
import type { ServerRoutes } from './routes.ts';
import type { ServerInForce } from './servers.ts';

/** Equal ones mean equal policies. */
export type LinkerdId = readonly ServerInForce[];

/** What the Servers in force say: policies that deny, or only note. */
export function createLinkerdPolicies(
  graph: Graph,
  store: Tables,
  clients: Clients,
  routes: ServerRoutes,
): (servers: LinkerdId) => Pick<Authorization, 'deny' | 'audit'> {
  const authorizations = store.linkerdServerAuthorizations.index('byNamespace', ({ metadata }) => [metadata.namespace]);
  const policies = store.linkerdAuthorizationPolicies.index('byNamespace', ({ metadata }) => [metadata.namespace]);

  /** Whom the authorizations of its namespace let in to a Server, the oldest first. */
  const allowed = graph.query('policy.linkerd.allowed', (row): readonly Condition[] => {
    const server = store.linkerdServers.get(row);
    if (!server) return [];
    const { namespace } = server.metadata;
    const some = authorizations(namespace).map((key) => store.linkerdServerAuthorizations.get(key)!);
    const others = policies(namespace).map((key) => store.linkerdAuthorizationPolicies.get(key)!);
    return [
      ...some
        .filter((one) => isForServer(one.spec.server, server))
        .map(({ metadata, ...one }) => ({ metadata, condition: clients.ofServerAuthorization({ metadata, ...one }) })),
      ...others
        .filter(({ spec }) => isTarget(spec.targetRef, server))
        .map(({ metadata, ...one }) => ({ metadata, condition: clients.ofPolicy({ metadata, ...one }) })),
    ]
      .sort((a, b) => byAge(agedBy(a.metadata), agedBy(b.metadata)))
      .map(({ condition }) => condition);
  });

  /** Whom else it lets in to one of its routes, the oldest first; and who comes for what none of them takes. */
  const allowedByRoute = graph.query('policy.linkerd.allowedByRoute', (row): readonly Condition[] => {
    const found = routes.of(row).map((route): Condition => {
      const { namespace } = parseObjectKey(route);
      const own = policies(namespace)
        .map((key) => store.linkerdAuthorizationPolicies.get(key)!)
        .filter(({ spec }) => isForRoute(spec.targetRef, route));
      const some = own.toSorted((a, b) => byAge(agedBy(a.metadata), agedBy(b.metadata))).map(clients.ofPolicy);
      return allOf([{ kind: 'route', route }, eitherOf(some)]);
    });
    // It is answered that there is nothing: nobody needs to be let in for that.
    return found.length === 0 ? [] : [eitherOf(found), { kind: 'route', route: NO_ROUTE }];
  });

  return (servers) => {
    const said = servers.flatMap(({ row, port }) => {
      const server = store.linkerdServers.get(row);
      return server ? [{ server, policy: policyOf(server, port, allowed(row), allowedByRoute(row)) }] : [];
    });
    const isAudit = ({ server }: (typeof said)[number]): boolean => server.spec.accessPolicy === 'audit';
    const policiesOf = (some: typeof said): readonly Policy[] => some.flatMap(({ policy }) => policy ?? []);
    return { deny: policiesOf(said.filter((one) => !isAudit(one))), audit: policiesOf(said.filter(isAudit)) };
  };
}

/** One that matches all whom nobody lets in; undefined if everybody is let in. */
function policyOf(
  server: LinkerdServer,
  port: number | undefined,
  allowed: readonly Condition[],
  byRoute: readonly Condition[],
): Policy | undefined {
  const { name, namespace } = server.metadata;
  const { accessPolicy = 'deny' } = server.spec;
  const all = [...allowed, ...ACCESS[accessPolicy], ...byRoute];
  if (all.some(isAlways)) return undefined;
  const origin = { object: server.key, path: 'spec' };
  const from: Condition = all.length === 0 ? ALWAYS : { kind: 'not', of: anyOf(all) };
  const to: Condition = port === undefined ? ALWAYS : { kind: 'port', port };
  return { name, namespace, origin, dryRun: false, rules: [{ origin, from, to }] };
}

function isAlways(condition: Condition): boolean {
  return condition.kind === 'all' && condition.of.every(isAlways);
}

/** Linkerd's default clusterNetworks. */
const CLUSTER = networksOf(
  ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'].map((cidr) => ({ cidr })),
);

const ACCESS: Readonly<Record<NonNullable<LinkerdServer['spec']['accessPolicy']>, readonly Condition[]>> = {
  deny: [],
  audit: [],
  'all-authenticated': [ANY_IDENTITY],
  'all-unauthenticated': [ALWAYS],
  'cluster-authenticated': [{ kind: 'all', of: [CLUSTER, ANY_IDENTITY] }],
  'cluster-unauthenticated': [CLUSTER],
};

interface Target {
  readonly group?: string | undefined;
  readonly kind: string;
  readonly name: string;
}

/** A policy for a namespace is for every Server of it. */
export function isTarget({ group = '', kind, name }: Target, { metadata }: LinkerdServer): boolean {
  if (group === 'policy.linkerd.io') return kind === 'Server' && name === metadata.name;
  return (group === '' || group === 'core') && kind === 'Namespace' && name === metadata.namespace;
}

function isForRoute({ group = '', kind, name }: Target, route: ObjectKey): boolean {
  const of = parseObjectKey(route);
  return group === of.group && kind === of.kind && name === of.name;
}

export function isForServer(
  {
    name,
    selector,
  }: { readonly name?: string | undefined; readonly selector?: Parameters<typeof selectsLabels>[0] | undefined },
  { metadata }: LinkerdServer,
): boolean {
  return selector ? selectsLabels(selector, metadata.labels) : name === metadata.name;
}
