import type { MeshConfig } from './mesh-config.ts';

/**
 * The full host that a host means in an object of some namespace: a name without a dot is a Kubernetes service of that
 * namespace; all else is full already (`reviews.shop` too).
 * https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule-host
 */
export function resolveHost(host: string, namespace: string, config: Pick<MeshConfig, 'clusterDomain'>): string {
  if (host === '' || host === '*' || host.includes('.')) return host;
  return kubernetesHost(namespace, host, config.clusterDomain);
}

export function kubernetesHost(namespace: string, name: string, clusterDomain: string): string {
  return `${name}.${namespace}.svc.${clusterDomain}`;
}

/** The Kubernetes Service that a full host would be; undefined if it is a host of another shape. */
export function parseKubernetesHost(
  host: string,
  clusterDomain: string,
): { readonly namespace: string; readonly name: string } | undefined {
  const suffix = `.svc.${clusterDomain}`;
  if (!host.endsWith(suffix)) return undefined;
  const [name, namespace, ...more] = host.slice(0, -suffix.length).split('.');
  return name && namespace && more.length === 0 ? { namespace, name } : undefined;
}

export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** Whether every host that `host` means is one of those that `pattern` means; both may be wildcards. */
export function hostMatches(pattern: string, host: string): boolean {
  return isWildcard(pattern) ? host.endsWith(pattern.slice(1)) : pattern === host;
}

/** Exact hosts before wildcards, longer wildcards before shorter ones. */
export function moreSpecific(a: string, b: string): number {
  return Number(isWildcard(a)) - Number(isWildcard(b)) || b.length - a.length;
}
