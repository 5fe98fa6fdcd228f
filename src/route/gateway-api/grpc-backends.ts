import { backendOf, type Metadata } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import { type PlacedReference, referencesOf } from './route-references.ts';

/** A port of a Service by its number, as a key. */
export function numberedPort(service: string, port: number): string {
  return `${service}:${port}`;
}

/**
 * Whether a GRPCRoute sends to a port of a Service, or somebody there is asked by gRPC: then gRPC is spoken there, whether
 * the Service says so or not. By `numberedPort`. https://gateway-api.sigs.k8s.io/reference/spec/#grpcroute
 */
export function createGrpcBackends(
  graph: Graph,
  { grpcRoutes, httpRoutes }: Pick<Tables, 'grpcRoutes' | 'httpRoutes'>,
): Query<boolean> {
  const called = grpcRoutes.index('byBackendPort', ({ spec, metadata }) => portsOf(spec.rules, metadata, () => true));
  const asked = httpRoutes.index('byPortAskedByGrpc', ({ spec, metadata }) =>
    portsOf(spec.rules, metadata, ({ byGrpc }) => byGrpc === true),
  );
  return graph.query('gatewayApi.isGrpcBackend', (port) => called(port).length > 0 || asked(port).length > 0);
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
