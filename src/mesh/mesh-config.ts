import type { ExtensionProvider } from './extension-provider.ts';
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

  /** The first part of every workload's identity: `spiffe://<trust domain>/ns/shop/sa/cart`. */
  readonly trustDomain: string;
  /** Other names of it: older ones, or those of meshes whose root is trusted here too. */
  readonly trustDomainAliases: readonly string[];
  /** Clients speak mutual TLS, by themselves, to endpoints that can. */
  readonly autoMtls: boolean;
  /** Between workloads of the mesh. */
  readonly meshMtls: TlsLimits;
  /** For all other TLS. */
  readonly tlsDefaults: TlsLimits;
  /** What a server makes of a path before anybody looks at it. */
  readonly pathNormalization: PathNormalization;
  /** Services that policies with action CUSTOM may ask, by unique names. */
  readonly extensionProviders: readonly ExtensionProvider[];
}

/** https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-TLSConfig */
export interface TlsLimits {
  /** Undefined: nobody said. */
  readonly minProtocolVersion: 'TLSV1_2' | 'TLSV1_3' | undefined;
  /** As OpenSSL calls them; empty: nobody said. */
  readonly cipherSuites: readonly string[];
  /** Empty: nobody said. */
  readonly ecdhCurves: readonly string[];
}

/** https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ProxyPathNormalization-NormalizationType */
export type PathNormalization = 'none' | 'base' | 'merge-slashes' | 'decode-and-merge-slashes';

const NO_LIMITS: TlsLimits = { minProtocolVersion: undefined, cipherSuites: [], ecdhCurves: [] };

/** Istio's own defaults. */
export const DEFAULT_MESH_CONFIG: MeshConfig = {
  rootNamespace: 'istio-system',
  clusterDomain: 'cluster.local',
  connectTimeoutMs: 10_000,
  outboundTrafficPolicy: 'allow-any',
  proxyHttpPort: 0,
  defaultExportTo: 'all',
  trustDomain: 'cluster.local',
  trustDomainAliases: [],
  autoMtls: true,
  meshMtls: NO_LIMITS,
  tlsDefaults: NO_LIMITS,
  pathNormalization: 'base',
  extensionProviders: [],
};
