/** Sidecars, as `gateways` of a VirtualService names them. */
export const MESH = 'mesh';

/**
 * A gateway as a VirtualService of some namespace names it, as `namespace/name`: `edge`, `./edge`, `shop/edge`, and the
 * old `edge.shop.svc.cluster.local`.
 */
export function gatewayName(name: string, namespace: string): string {
  if (name === MESH) return MESH;
  if (name.startsWith('./')) return `${namespace}${name.slice(1)}`;
  if (name.includes('/')) return name;
  const [gateway = '', home] = name.split('.');
  return `${home ?? namespace}/${gateway}`;
}
