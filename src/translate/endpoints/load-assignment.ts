import type { Endpoint, Labels } from '../../mesh/index.ts';
import type { ClusterLoadAssignment, LbEndpoint, LocalityLbEndpoints, Metadata } from '../../proto/index.ts';
import { endpointAddress } from '../values.ts';

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/endpoint/v3/endpoint.proto */
export function buildLoadAssignment(
  clusterName: string,
  endpoints: readonly Endpoint[],
  takesMtls: (endpoint: Endpoint) => boolean,
): ClusterLoadAssignment {
  const byLocality = Map.groupBy(
    endpoints,
    ({ locality: { region, zone, subZone } }) => `${region}/${zone}/${subZone}`,
  );
  const localities = [...byLocality].sort(([a], [b]) => (a < b ? -1 : 1));
  return { clusterName, endpoints: localities.map(([, members]) => buildLocality(members, takesMtls)) };
}

/** The endpoints that have all labels of a subset. */
export function endpointsOf(endpoints: readonly Endpoint[], subset: Labels): readonly Endpoint[] {
  const wanted = Object.entries(subset);
  return endpoints.filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
}

function buildLocality(members: readonly Endpoint[], takesMtls: (endpoint: Endpoint) => boolean): LocalityLbEndpoints {
  const { region, zone, subZone } = members[0]!.locality;
  return {
    locality: { region: region || undefined, zone: zone || undefined, subZone: subZone || undefined },
    lbEndpoints: members.map((endpoint) => buildEndpoint(endpoint, takesMtls(endpoint))),
    loadBalancingWeight: members.reduce((sum, { weight }) => sum + atLeastOne(weight), 0),
  };
}

function buildEndpoint(endpoint: Endpoint, takesMtls: boolean): LbEndpoint {
  const { address, port, weight, health, workload, labels } = endpoint;
  return {
    endpoint: { address: endpointAddress(address, port) },
    healthStatus: HEALTH[health],
    loadBalancingWeight: atLeastOne(weight),
    metadata: workload || takesMtls ? buildMetadata(workload, labels, takesMtls) : undefined,
  };
}

const HEALTH = { healthy: 'HEALTHY', unhealthy: 'UNHEALTHY', draining: 'DRAINING' } as const;

/** Envoy refuses 0, and Istio reads it as "nobody said". */
function atLeastOne(weight: number): number {
  return Math.max(1, weight);
}

/** `tlsMode` is what clusters of clients with a certificate look for, to choose the socket. */
function buildMetadata(workload: Endpoint['workload'], labels: Labels, takesMtls: boolean): Metadata {
  return {
    filterMetadata: {
      ...(workload && { istio: { workload: describe(workload, labels) } }),
      ...(takesMtls && { 'envoy.transport_socket_match': { tlsMode: 'istio' } }),
    },
  };
}

/** `name;namespace;canonical name;canonical revision;cluster`: read by Istio's telemetry. */
function describe(workload: NonNullable<Endpoint['workload']>, labels: Labels): string {
  const name = labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels.app;
  const revision =
    labels['service.istio.io/canonical-revision'] ?? labels['app.kubernetes.io/version'] ?? labels.version;
  return [workload.name, workload.namespace, name ?? workload.name, revision ?? 'latest', ''].join(';');
}
