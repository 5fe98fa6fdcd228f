import { backendOf, type Metadata } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import { GATEWAY_GROUP } from './group.ts';
import type { ReferenceGrants } from './reference-grants.ts';
import { type PlacedReference, referencesOf } from './route-references.ts';

/** A port of a Service by its number, as a key. */
export function numberedPort(service: string, port: number): string {
  return `${service}:${port}`;
}

/**
 * Whether a GRPCRoute sends to a port of a Service, or somebody there is asked by gRPC: then gRPC is spoken there, whether
 * the Service says so or not. Of other namespaces only routes count that its own one has a grant for: how others call
 * it is not for them to decide. By `numberedPort`. https://gateway-api.sigs.k8s.io/reference/spec/#grpcroute
 */
export function createGrpcBackends(
  graph: Graph,
  { grpcRoutes, httpRoutes }: Pick<Tables, 'grpcRoutes' | 'httpRoutes'>,
  permits: ReferenceGrants['permits'],
): Query<boolean> {
  const called = grpcRoutes.index('byBackendPort', ({ spec, metadata }) => portsOf(spec.rules, metadata, () => true));
  const asked = httpRoutes.index('byPortAskedByGrpc', ({ spec, metadata }) =>
    portsOf(spec.rules, metadata, ({ byGrpc }) => byGrpc === true),
  );
  return graph.query('gatewayApi.isGrpcBackend', (port) => {
    const [namespace = '', name = ''] = port.slice(0, port.indexOf(':')).split('/');
    const counts = (kind: string, route: string): boolean =>
      permits(
        { group: GATEWAY_GROUP, kind, namespace: route.slice(0, route.indexOf('/')) },
        { group: '', kind: 'Service', namespace, name },
      );
    return (
      called(port).some((route) => counts('GRPCRoute', route)) ||
      asked(port).some((route) => counts('HTTPRoute', route))
    );
  });
}

function portsOf(
  rules: readonly Parameters<typeof referencesOf>[0][] | undefined,
  { namespace: own }: Metadata,
  isMeant: (reference: PlacedReference) => boolean,
): readonly string[] {
  const refs = (rules ?? []).flatMap(referencesOf).filter(isMeant);
  const ports = refs.flatMap(({ ref }) => {
    const { group, kind, namespace, name, port } = backendOf(ref, own);
    return group === '' && kind === 'Service' && port !== undefined ? [numberedPort(`${namespace}/${name}`, port)] : [];
  });
  return [...new Set(ports)];
}
