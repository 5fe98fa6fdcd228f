import {
  type AuthenticationReference,
  EVERY_PORT,
  type LinkerdAuthorizationPolicy,
  type LinkerdServer,
  type LinkerdServerAuthorization,
  type MeshTlsAuthentication,
  type ObjectKey,
  objectKey,
  writtenPath,
} from '../../api/index.ts';
import { closest } from '../../lib/closest.ts';
import type { Mesh } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import { type Check, type Finding, nameOf } from '../problems.ts';
import type { Workloads } from '../workloads.ts';
import type { Clients } from './clients.ts';
import { principalFor, referencePrincipal } from './identities.ts';
import { isForServer, isTarget } from './index.ts';
import { routeTargetProblems, serverRouteProblems } from './route-problems.ts';
import type { ServerRoutes } from './routes.ts';
import { isSelected, type ServerHeading, type Servers } from './servers.ts';

interface Sources {
  readonly store: Tables;
  readonly mesh: Mesh;
  readonly servers: Servers;
  readonly routes: ServerRoutes;
  readonly clients: Clients;
  readonly workloads: Workloads;
  readonly domains: () => readonly string[];
}

/** Linkerd's policy objects among each other, and among the workloads of their namespace. */
export function linkerdProblems(sources: Sources): Readonly<Record<string, Check>> {
  const { store } = sources;
  return {
    'policy.linkerd.io/Server': (row) => serverProblems(sources, row),
    'policy.linkerd.io/ServerAuthorization': (row) => {
      const authorization = store.linkerdServerAuthorizations.get(row);
      return authorization ? authorizationProblems(sources, authorization) : [];
    },
    'policy.linkerd.io/AuthorizationPolicy': (row) => {
      const policy = store.linkerdAuthorizationPolicies.get(row);
      return policy ? policyProblems(sources, policy) : [];
    },
    'policy.linkerd.io/HTTPRoute': (row) => serverRouteProblems(sources, routeNamed('policy.linkerd.io', row)),
    'gateway.networking.k8s.io/HTTPRoute': (row) =>
      serverRouteProblems(sources, routeNamed('gateway.networking.k8s.io', row)),
    'policy.linkerd.io/MeshTLSAuthentication': (row) => {
      const authentication = store.meshTlsAuthentications.get(row);
      return authentication ? meshTlsProblems(sources, authentication) : [];
    },
  };
}

function routeNamed(group: string, row: string): ObjectKey {
  const [namespace = '', name = ''] = row.split('/');
  return objectKey(group, 'HTTPRoute', namespace, name);
}

function serverProblems(sources: Sources, row: string): readonly Finding[] {
  const { servers, workloads } = sources;
  const all = servers.headings(row.slice(0, row.indexOf('/')));
  const heading = all.find((one) => one.row === row);
  if (!heading?.pods) return [];
  const known = workloads.of(heading.age.namespace);
  const selected = known.filter(({ labels }) => isSelected(heading.pods, labels));
  if (known.length > 0 && selected.length === 0) {
    const message = `selects no workload of namespace ${heading.age.namespace}`;
    return [{ severity: 'warning', code: 'selects-nobody', path: 'spec.podSelector', message }];
  }
  return [...unnamedPort(servers, heading), ...hiddenServer(sources, heading, all)];
}

function unnamedPort(servers: Servers, heading: ServerHeading): readonly Finding[] {
  if (heading.port === EVERY_PORT || servers.portsOf(heading).length > 0) return [];
  const message = `no container of a selected Pod, and no Service, has a port named ${heading.port}: it closes nothing`;
  return [
    { severity: 'error', code: 'unknown-port', path: 'spec.port', message, hint: 'write the number of the port' },
  ];
}

/** Of two Servers for one port of a workload the older one speaks. */
function hiddenServer(sources: Sources, heading: ServerHeading, all: readonly ServerHeading[]): readonly Finding[] {
  const { servers, workloads } = sources;
  const ports = servers.portsOf(heading);
  const isRival = (other: ServerHeading): boolean =>
    servers.portsOf(other).some((port) => ports.includes(port)) &&
    (JSON.stringify(other.pods) === JSON.stringify(heading.pods) ||
      workloads
        .of(heading.age.namespace)
        .some(({ labels }) => isSelected(other.pods, labels) && isSelected(heading.pods, labels)));
  const older = all.slice(0, all.indexOf(heading)).find(isRival);
  if (!older) return [];
  const message = `is not applied where ${nameOf('policy.linkerd.io', 'Server', older.row)} is about the same port: that one is older, or comes first by name`;
  return [{ severity: 'error', code: 'conflicting-servers', path: 'spec.port', message }];
}

function authorizationProblems(sources: Sources, authorization: LinkerdServerAuthorization): readonly Finding[] {
  const { client, server } = authorization.spec;
  const findings: Finding[] = [];
  if (!serversIn(sources, authorization).some((one) => isForServer(server, one))) {
    const path = server.name === undefined ? 'spec.server.selector' : 'spec.server.name';
    findings.push(unknownServer(sources, authorization, path, server.name));
  }
  const { unauthenticatedTLS, identities = [], serviceAccounts = [] } = client.meshTLS ?? {};
  if (!client.unauthenticated && !unauthenticatedTLS && identities.length + serviceAccounts.length === 0) {
    const message = 'lets nobody in: it names no identities or serviceAccounts, nor unauthenticated clients';
    findings.push({ severity: 'error', code: 'lets-nobody-in', path: 'spec.client', message });
  }
  const at = (i: number): string => writtenPath(authorization, `spec.client.meshTLS.identities[${i}]`);
  return [...findings, ...unknownIdentities(sources, identities, at)];
}

function policyProblems(sources: Sources, policy: LinkerdAuthorizationPolicy): readonly Finding[] {
  const { targetRef, requiredAuthenticationRefs } = policy.spec;
  const { group = '', kind, name } = targetRef;
  const findings: Finding[] = [];
  const target = `${group}/${kind}`;
  if (ROUTES.has(target)) {
    findings.push(...routeTargetProblems(sources, policy));
  } else if (!TARGETS.has(target)) {
    const message = `${kind}${group && ` of ${group}`} is not applied as a target: only a Server, an HTTPRoute or the policy's own Namespace is`;
    findings.push({ severity: 'error', code: 'unsupported-target', path: 'spec.targetRef.kind', message });
  } else if (!serversIn(sources, policy).some((server) => isTarget(targetRef, server))) {
    findings.push(unknownServer(sources, policy, 'spec.targetRef.name', kind === 'Server' ? name : undefined));
  }
  const missing = requiredAuthenticationRefs.flatMap((one, i): Finding[] => {
    if (sources.clients.ofReference(one, policy.metadata.namespace)) return [];
    const path = `spec.requiredAuthenticationRefs[${i}]`;
    return [{ severity: 'error', code: 'unknown-authentication', path, message: missingReference(one, policy) }];
  });
  return [...findings, ...missing];
}

const ROUTES = new Set(['policy.linkerd.io/HTTPRoute', 'gateway.networking.k8s.io/HTTPRoute']);
const TARGETS = new Set(['policy.linkerd.io/Server', '/Namespace', 'core/Namespace']);

function missingReference(
  { group = '', kind, name, namespace }: AuthenticationReference,
  { metadata }: LinkerdAuthorizationPolicy,
): string {
  const isKnown = AUTHENTICATIONS.has(`${group}/${kind}`);
  const what = `${kind} ${namespace || metadata.namespace}/${name}`;
  if (isKnown) return `there is no ${what}, so nobody can prove it and the policy lets nobody in`;
  return `${kind} of ${group || 'the core group'} is nothing that clients can prove, so the policy lets nobody in`;
}

const AUTHENTICATIONS = new Set(['policy.linkerd.io/MeshTLSAuthentication', 'policy.linkerd.io/NetworkAuthentication']);

function meshTlsProblems(sources: Sources, authentication: MeshTlsAuthentication): readonly Finding[] {
  const { identities = [], identityRefs = [] } = authentication.spec;
  const at = (i: number): string => writtenPath(authentication, `spec.identities[${i}]`);
  const { namespace } = authentication.metadata;
  const references = identityRefs.flatMap((one, i): Finding[] => {
    if (referencePrincipal(one, namespace, sources.domains())) return [];
    const message = `${one.kind}${one.group ? ` of ${one.group}` : ''} has no identity: a ServiceAccount or a Namespace has`;
    const path = writtenPath(authentication, `spec.identityRefs[${i}]`);
    return [{ severity: 'error', code: 'unknown-identity', path: `${path}.kind`, message }];
  });
  return [...unknownIdentities(sources, identities, at), ...references];
}

function unknownIdentities(
  { domains }: Sources,
  identities: readonly string[],
  pathOf: (i: number) => string,
): readonly Finding[] {
  return identities.flatMap((identity, i): Finding[] => {
    if (principalFor(identity, domains())) return [];
    const message = `no workload of the mesh has the identity ${identity}`;
    const hint = `it would be like web.shop.serviceaccount.identity.linkerd.${domains()[0]}`;
    return [{ severity: 'warning', code: 'unknown-identity', path: pathOf(i), message, hint }];
  });
}

type InNamespace = LinkerdServerAuthorization | LinkerdAuthorizationPolicy;

function serversIn({ store, servers }: Sources, { metadata }: InNamespace): readonly LinkerdServer[] {
  return servers.headings(metadata.namespace).flatMap(({ row }) => store.linkerdServers.get(row) ?? []);
}

function unknownServer(sources: Sources, object: InNamespace, path: string, name: string | undefined): Finding {
  const { namespace } = object.metadata;
  const which = name === undefined ? 'there is no Server that it is about' : `there is no Server ${namespace}/${name}`;
  const names = serversIn(sources, object).map(({ metadata }) => metadata.name);
  const near = name === undefined ? undefined : closest(name, names);
  return {
    severity: 'warning',
    code: 'unknown-server',
    path,
    message: `${which}, so it lets nobody in anywhere`,
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  };
}
