import type { RouteConfiguration, VirtualHost } from '../../proto/index.ts';

export interface RouteConfigurationParts {
  readonly name: string;
  readonly virtualHosts: readonly VirtualHost[];
  /** The other virtual hosts are resources of their own. */
  readonly discovers: boolean;
  /** Off where domains say the port themselves. */
  readonly ignorePort?: boolean;
}

export function buildRouteConfiguration(parts: RouteConfigurationParts): RouteConfiguration {
  return {
    name: parts.name,
    virtualHosts: parts.virtualHosts,
    vhds: parts.discovers ? { configSource: { ads: {}, resourceApiVersion: 'V3' } } : undefined,
    validateClusters: false,
    ignorePortInHostMatching: parts.ignorePort ?? true,
    maxDirectResponseBodySizeBytes: ONE_MEBIBYTE,
  };
}

/** What Istio admits in a VirtualService; Envoy's default is 4 KiB. Always there, so that a first body changes one virtual host only. */
const ONE_MEBIBYTE = 1_048_576;
