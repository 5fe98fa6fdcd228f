import type { JsonObject } from '../../proto/index.ts';

/** Who a proxy is: what ends up in the xDS node, in Istio's form. */
export interface ProxyIdentity {
  readonly role: 'sidecar' | 'router';
  /** Of the workload, as a Pod's name would be. */
  readonly name: string;
  readonly namespace: string;
  /** The addresses of the workload; the first is in the id. */
  readonly addresses: readonly [string, ...string[]];
  readonly labels?: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  /** How connections reach a sidecar. Default: `redirect`, as Istio's. A router listens for itself. */
  readonly interception?: 'redirect' | 'tproxy' | 'none';
  /** A port on which programs may use the proxy as their `http_proxy`. */
  readonly httpProxyPort?: number;
  readonly locality?: { readonly region?: string; readonly zone?: string; readonly subZone?: string };
  /** The suffix of Kubernetes hosts. Default: `cluster.local`. */
  readonly domain?: string;
}

/** `type~ip~name.namespace~namespace.svc.domain`, and the metadata keys that Istio's proxies send. */
export function buildNode(proxy: ProxyIdentity): JsonObject {
  const { role, name, namespace, addresses, labels = {}, domain = 'cluster.local' } = proxy;
  return {
    id: `${role}~${addresses[0]}~${name}.${namespace}~${namespace}.svc.${domain}`,
    cluster: `${labels.app ?? name}.${namespace}`,
    ...(proxy.locality && { locality: { ...proxy.locality } }),
    metadata: {
      NAME: name,
      NAMESPACE: namespace,
      LABELS: labels,
      // A comma-separated text, as Istio's agent writes it: https://istio.io/latest/docs/ops/diagnostic-tools/
      INSTANCE_IPS: addresses.join(','),
      ...(role === 'sidecar' && { INTERCEPTION_MODE: (proxy.interception ?? 'redirect').toUpperCase() }),
      ...(proxy.serviceAccount && { SERVICE_ACCOUNT: proxy.serviceAccount }),
      ...(proxy.httpProxyPort && { HTTP_PROXY_PORT: String(proxy.httpProxyPort) }),
    },
  };
}
