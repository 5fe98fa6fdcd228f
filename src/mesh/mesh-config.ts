import type { ExportTo } from './service.ts';

/** Mesh-wide defaults: https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/ */
export interface MeshConfig {
  readonly rootNamespace: string;
  /** The suffix of Kubernetes hosts: `cart.shop.svc.<domain>`. */
  readonly clusterDomain: string;
  readonly connectTimeoutMs: number;
  /** What a sidecar does with a destination nobody described. */
  readonly outboundTrafficPolicy: 'allow-any' | 'registry-only';
  /** The port of the `http_proxy` listener of proxies that do not say; 0: none. */
  readonly proxyHttpPort: number;
  /** Who sees a service that does not say; `.` stands for the service's own namespace. */
  readonly defaultExportTo: ExportTo;
  /** The same for DestinationRules and VirtualServices; absent: everybody. */
  readonly defaultDestinationRuleExportTo?: ExportTo;
  readonly defaultVirtualServiceExportTo?: ExportTo;
}

/** Istio's own defaults. */
export const DEFAULT_MESH_CONFIG: MeshConfig = {
  rootNamespace: 'istio-system',
  clusterDomain: 'cluster.local',
  connectTimeoutMs: 10_000,
  outboundTrafficPolicy: 'allow-any',
  proxyHttpPort: 0,
  defaultExportTo: 'all',
};
