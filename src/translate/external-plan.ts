import type { Labels, Mesh } from '../mesh/index.ts';
import type { ExternalDestination, GatewayApi } from '../route/index.ts';
import type { View } from '../view/index.ts';

/** A destination outside that a proxy calls. */
export interface ExternalCall {
  readonly to: ExternalDestination;
  /** It may have the certificate that is shown there. */
  readonly mayShow: boolean;
}

/** All of a proxy that decides what it calls outside. */
export interface Caller extends Pick<View, 'role' | 'namespace'> {
  readonly labels: Labels;
  /** Proved by its connection. */
  readonly hasIdentity: boolean;
}

export function callerOf({ role, namespace, labels, serviceAccount }: View): Caller {
  return { role, namespace, labels, hasIdentity: serviceAccount !== undefined };
}

/**
 * What proxies call outside, each destination once. As with what Gateways show, a certificate is for proxies of the
 * Gateway's namespace and of the root namespace that have proved who they are; sidecars get none.
 */
export function createExternalCalls(
  mesh: Mesh,
  api: Pick<GatewayApi, 'external' | 'servedBy'>,
): (caller: Caller) => readonly ExternalCall[] {
  return ({ role, namespace, labels, hasIdentity }) => {
    if (role === 'sidecar') return api.external.inMesh(namespace).map((to) => ({ to, mayShow: false }));
    const all = api.servedBy(namespace, labels).flatMap((gateway) => {
      const isTrusted = [gateway.split('/')[0], mesh.config().rootNamespace].includes(namespace);
      return api.external.atGateway(gateway).map((to) => ({ to, mayShow: hasIdentity && isTrusted }));
    });
    const byDestination = Map.groupBy(all, ({ to }) => JSON.stringify(to));
    return [...byDestination.values()].map((same) => ({
      to: same[0]!.to,
      mayShow: same.some(({ mayShow }) => mayShow),
    }));
  };
}
