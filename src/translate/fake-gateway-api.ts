import type { GatewayApi } from '../route/index.ts';

/** For tests of this room: nobody uses Gateway API. */
export const NO_GATEWAY_API: GatewayApi = {
  gateways: () => [],
  gateway: () => undefined,
  gatewayClass: () => undefined,
  listenerSet: () => undefined,
  listeners: () => [],
  attachments: () => [],
  attached: () => [],
  backend: () => ({ kind: 'broken', reason: 'BackendNotFound', message: '' }),
  routeState: () => ({ accepted: YES, resolvedRefs: YES, partiallyInvalid: undefined }),
  routeStateAt: () => ({ accepted: YES, resolvedRefs: YES, partiallyInvalid: undefined }),
  meshPorts: () => [],
  meshParents: () => [],
  serverRoutes: () => [],
  backendTls: { of: () => undefined, state: () => undefined, targets: () => [] },
  isGrpcBackend: () => false,
  external: { of: () => undefined, state: () => undefined, atGateway: () => [], inMesh: () => [] },
  trafficPolicyState: () => undefined,
  retryBudget: () => undefined,
  securedBackends: () => [],
  policyAncestors: () => [],
  servedBy: () => [],
};

const YES = { ok: true, reason: '', message: '' };
