import { AUTHORITIES_SUFFIX } from '../../mesh/index.ts';

/**
 * Secrets as Istio calls them on the wire.
 * https://istio.io/latest/docs/ops/integrations/certmanager/, https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/
 */

/** A certificate and its key: `kubernetes://cart`. */
export function pairSecretName(credentialName: string): string {
  return credentialName.includes('://') ? credentialName : `kubernetes://${credentialName}`;
}

/** The same of a namespace that is said, for proxies that may be in another: `kubernetes-gateway://shop/cart`. */
export function lentPairSecretName({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `kubernetes-gateway://${namespace}/${name}`;
}

/** Those whom its users believe: `kubernetes://cart-cacert`. */
export function authoritiesSecretName(credentialName: string): string {
  const name = pairSecretName(credentialName);
  return name.endsWith(AUTHORITIES_SUFFIX) ? name : `${name}${AUTHORITIES_SUFFIX}`;
}

/** Files in the proxy's own file system. */
export function filePairName({ chain, key }: { readonly chain: string; readonly key: string }): string {
  return `file-cert:${chain}~${key}`;
}

export function fileAuthoritiesName(path: string): string {
  return `file-root:${path}`;
}
