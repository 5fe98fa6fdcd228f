import type { Node } from './messages.ts';
import type { JsonObject } from './resource.ts';

/** What a proxy says of itself. https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/base.proto#config-core-v3-node */
export interface DiscoveryNode {
  readonly id: string;
  readonly cluster: string;
  readonly metadata: JsonObject;
  readonly locality: { readonly region: string; readonly zone: string; readonly subZone: string } | undefined;
  /** `envoy`. */
  readonly userAgentName: string;
  /** `1.40.0`; empty when the proxy does not say. */
  readonly userAgentVersion: string;
  /** What its binary has: `envoy.filters.http.router`. */
  readonly extensions: readonly string[];
}

export function discoveryNode(node: Node): DiscoveryNode {
  const { locality } = node;
  return {
    id: node.id ?? '',
    cluster: node.cluster ?? '',
    metadata: node.metadata ?? {},
    locality: locality && { region: locality.region ?? '', zone: locality.zone ?? '', subZone: locality.subZone ?? '' },
    userAgentName: node.userAgentName ?? '',
    userAgentVersion: node.userAgentVersion ?? buildVersion(node),
    extensions: (node.extensions ?? []).map((extension) => extension.name ?? ''),
  };
}

function buildVersion(node: Node): string {
  const version = node.userAgentBuildVersion?.version;
  return version ? `${version.majorNumber ?? 0}.${version.minorNumber ?? 0}.${version.patch ?? 0}` : '';
}
