import {
  displayName,
  type LinkerdAuthorizationPolicy,
  linkerdParentOf,
  type ObjectKey,
  objectKey,
  parseObjectKey,
  writtenPath,
} from '../../api/index.ts';
import { closest } from '../../lib/closest.ts';
import type { Mesh } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import { type Finding, nameOf } from '../problems.ts';
import type { Workloads } from '../workloads.ts';
import type { ServerRoutes } from './routes.ts';
import { isSelected, type ServerHeading, type Servers } from './servers.ts';

interface Sources {
  readonly store: Tables;
  readonly mesh: Mesh;
  readonly servers: Servers;
  readonly routes: ServerRoutes;
  readonly workloads: Workloads;
}

/** Why a policy for a route lets nobody in. */
export function routeTargetProblems(
  { store, routes }: Sources,
  { spec: { targetRef }, metadata: { namespace } }: LinkerdAuthorizationPolicy,
): readonly Finding[] {
  const { group = '', kind, name } = targetRef;
  const route = objectKey(group, kind, namespace, name);
  const common = { severity: 'warning', path: 'spec.targetRef.name' } as const;
  const servers = routes.serversOf(route);
  if (servers && servers.length > 0) return [];
  if (servers) {
    const message = `${displayName(route)} is for no Server of its namespace, so this lets nobody in anywhere`;
    return [{ ...common, code: 'unknown-route', message }];
  }
  const table = group === 'policy.linkerd.io' ? store.linkerdHttpRoutes : store.httpRoutes;
  const names = table
    .keys()
    .flatMap((row) => (row.startsWith(`${namespace}/`) ? [row.slice(namespace.length + 1)] : []));
  const near = closest(name, names);
  const message = `there is no ${kind} ${namespace}/${name} of ${group}, so it lets nobody in anywhere`;
  return [{ ...common, code: 'unknown-route', message, ...(near !== undefined && { hint: `did you mean ${near}?` }) }];
}

/** What of a route does not hold at the Servers that it is for. */
export function serverRouteProblems(sources: Sources, route: ObjectKey): readonly Finding[] {
  const there = (sources.routes.serversOf(route) ?? []).flatMap((row) => headingOf(sources.servers, row) ?? []);
  const strange = strangeParents(sources.store, route);
  if (there.length === 0) return strange;
  return [...strange, ...there.flatMap((server) => unread(sources, server)), ...senders(sources.store, route)];
}

/** Gateways are not Linkerd's. */
function strangeParents(store: Tables, route: ObjectKey): readonly Finding[] {
  const { group, namespace, name } = parseObjectKey(route);
  const object = group === 'policy.linkerd.io' ? store.linkerdHttpRoutes.get(`${namespace}/${name}`) : undefined;
  return (object?.spec.parentRefs ?? []).flatMap((ref, i): readonly Finding[] => {
    if (linkerdParentOf(ref, namespace).group !== 'gateway.networking.k8s.io') return [];
    const message = 'is nothing to which an HTTPRoute of policy.linkerd.io can be attached: it is not attached there';
    const hint = 'use an HTTPRoute of gateway.networking.k8s.io';
    const path = writtenPath(object!, `spec.parentRefs[${i}]`);
    return [{ severity: 'error', code: 'unsupported-parent', path, message, hint }];
  });
}

function headingOf(servers: Servers, row: string): ServerHeading | undefined {
  return servers.headings(row.slice(0, row.indexOf('/'))).find((one) => one.row === row);
}

/** Requests are read on ports to which a Service leads that does not say that they are something else. */
function unread({ mesh, servers, workloads }: Sources, server: ServerHeading): readonly Finding[] {
  const selected = workloads.of(server.age.namespace).filter(({ labels }) => isSelected(server.pods, labels));
  const ports = servers.portsOf(server);
  const isRead = selected.some(({ labels }) =>
    mesh
      .inboundPorts(server.age.namespace, labels, [])
      .some(({ targetPort, protocol }) => ports.includes(targetPort) && HTTP.includes(protocol)),
  );
  if (selected.length === 0 || isRead) return [];
  const named = nameOf('policy.linkerd.io', 'Server', server.row);
  const message = `no Service leads to the port of ${named} with HTTP, so no request is read there: who is let in by this route only is not let in`;
  return [
    {
      severity: 'warning',
      code: 'unread-port',
      path: 'spec.parentRefs',
      message,
      hint: 'name the port of the Service http-…, or set its appProtocol',
    },
  ];
}

const HTTP: readonly string[] = ['http', 'http2', 'grpc', 'grpc-web', 'auto'];

/** Who writes where requests go may think that they go there. */
function senders(store: Tables, route: ObjectKey): readonly Finding[] {
  const { group, namespace, name } = parseObjectKey(route);
  const row = `${namespace}/${name}`;
  const object = group === 'policy.linkerd.io' ? store.linkerdHttpRoutes.get(row) : store.httpRoutes.get(row);
  if (!object) return [];
  return (object.spec.rules ?? []).flatMap((rule, i) => {
    const fields = ['backendRefs', 'sessionPersistence', 'retry'].filter((field) => field in rule);
    return fields.map(
      (field): Finding => ({
        severity: 'warning',
        code: 'not-applied',
        path: writtenPath(object, `spec.rules[${i}].${field}`),
        message: 'is not applied at a Server: requests have arrived there, and go to its program',
      }),
    );
  });
}
