/** https://gateway-api.sigs.k8s.io/geps/gep-1762/ */
export const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';
/** A proxy with this, and without a name, serves all Gateways of a class. */
export const GATEWAY_CLASS_NAME = 'gateway.networking.k8s.io/gateway-class-name';

/** By these labels proxies say which Gateways they serve. */
export const GATEWAY_PROXY_LABELS: readonly string[] = [GATEWAY_NAME, GATEWAY_CLASS_NAME];
