/** What is not written in any object: how this control plane takes part in Gateway API. */
export interface GatewayOptions {
  /** The controllers that this one is, as GatewayClasses name them; the first is its own. */
  readonly controllerNames: readonly string[];
  /** A CIDR: Gateways that name no address get one of these. Undefined: they have those of their proxies. */
  readonly addressPool: string | undefined;
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#gatewaycontroller */
export const OWN_CONTROLLER = 'pharos.dev/gateway-controller';
export const ISTIO_CONTROLLER = 'istio.io/gateway-controller';

/** Classes that are there without a GatewayClass object, by the controller whose they are. */
export const BUILT_IN_CLASSES: Readonly<Record<string, string>> = {
  pharos: OWN_CONTROLLER,
  istio: ISTIO_CONTROLLER,
};

export const DEFAULT_GATEWAY_OPTIONS: GatewayOptions = { controllerNames: [OWN_CONTROLLER], addressPool: undefined };
