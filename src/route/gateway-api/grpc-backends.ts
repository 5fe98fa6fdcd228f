import { backendOf, type GrpcRoute } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import { referencesOf } from './route-references.ts';

/** A port of a Service by its number, as a key. */
export function numberedPort(service: string, port: number): string {
  return `${service}:${port}`;
}

/**
 * Whether a GRPCRoute sends to a port of a Service: then gRPC is spoken there, whether the Service says so or not. By
 * `numberedPort`. https://gateway-api.sigs.k8s.io/reference/spec/#grpcroute
 */
export function createGrpcBackends(graph: Graph, { grpcRoutes }: Pick<Tables, 'grpcRoutes'>): Query<boolean> {
  const byPort = grpcRoutes.index('byBackendPort', portsOf);
  return graph.query('gatewayApi.isGrpcBackend', (port) => byPort(port).length > 0);
}

function portsOf({ spec, metadata }: GrpcRoute): readonly string[] {
  const refs = (spec.rules ?? []).flatMap(referencesOf).map(({ ref }) => backendOf(ref, metadata.namespace));
  const ports = refs.flatMap(({ group, kind, namespace, name, port }) =>
    group === '' && kind === 'Service' && port !== undefined ? [numberedPort(`${namespace}/${name}`, port)] : [],
  );
  return [...new Set(ports)];
}
