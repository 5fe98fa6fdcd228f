import type { Service } from '../../mesh/index.ts';

/**
 * The names under which clients of a namespace may call a service, as Istio writes them: the host, the short names of a
 * Kubernetes service, any name below a headless one, the addresses. Without ports: those are ignored in matching.
 */
export function domainsOf(service: Service, clientNamespace: string): readonly string[] {
  const names = [service.host, ...(service.shortNames ? shortNames(service, clientNamespace) : [])];
  const headless = service.kind === 'kubernetes' && service.resolution === 'passthrough';
  const below = headless ? names.map((name) => `*.${name}`) : [];
  const addresses = service.addresses.filter((address) => !address.includes('/'));
  return [...new Set([...names, ...below, ...addresses.map(bracketed)])];
}

/** Whether a service has names that only its own namespace may use. */
export function hasLocalNames(service: Service, clientNamespace: string): boolean {
  return service.shortNames && service.namespace === clientNamespace;
}

/**
 * For the HTTP proxy port, where the client's Host says the port as well: every name with its port, and without it for
 * port 80.
 */
export function withPort(domains: readonly string[], port: number): readonly string[] {
  return domains.flatMap((domain) => (port === 80 ? [domain, `${domain}:80`] : [`${domain}:${port}`]));
}

function shortNames({ name, namespace }: Service, clientNamespace: string): readonly string[] {
  const qualified = [`${name}.${namespace}.svc`, `${name}.${namespace}`];
  return namespace === clientNamespace ? [name, ...qualified] : qualified.toReversed();
}

/** IPv6 addresses stand in brackets in a Host header. */
function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
