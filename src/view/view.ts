import type { SpiffeId } from '../lib/spiffe.ts';
import type { Labels } from '../mesh/index.ts';

/** A connected proxy, as its xDS node says: https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/base.proto#config-core-v3-node */
export interface Node {
  readonly id: string;
  readonly cluster: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly locality: { readonly region?: string; readonly zone?: string; readonly subZone?: string } | undefined;
  readonly userAgentName: string;
  readonly userAgentVersion: string;
  /** Delta proxies can discover virtual hosts one by one (VHDS). */
  readonly protocol: 'sotw' | 'delta';
  /** Who the connection has proved to be; never what the node claims. Absent on plaintext connections. */
  readonly identity?: SpiffeId | undefined;
}

/** The canonical text of a View: equal views have equal ids. */
export type ViewId = string;

/** All that translation may ask of a proxy. Replicas of one deployment are one view. */
export interface View {
  readonly role: 'sidecar' | 'router';
  readonly namespace: string;
  /** Only those that some selector looks at. */
  readonly labels: Labels;
  /** Only those that matter: where it must bind (interception none), or that some service names. */
  readonly addresses: readonly string[];
  /** How connections reach a sidecar: by iptables, with the client's address kept, or not at all (it binds ports itself). */
  readonly interception: 'redirect' | 'tproxy' | 'none';
  /** The port of its `http_proxy` listener; 0: none. */
  readonly httpProxyPort: number;
  readonly locality: { readonly region: string; readonly zone: string; readonly subZone: string };
  /** `inline`: RouteConfigurations hold their virtual hosts. `discovered`: each is a resource of its own. */
  readonly virtualHosts: 'inline' | 'discovered';
  /** Proved by the connection, not claimed. Without one there are no secrets over this stream. */
  readonly serviceAccount: string | undefined;
  /**
   * Where its Envoy has its workload certificate from: this stream; an agent beside it (the static cluster `sds-grpc`, as
   * with Istio's agent); or nowhere, and then it speaks no mTLS.
   */
  readonly secrets: 'ads' | 'agent' | 'none';
}
