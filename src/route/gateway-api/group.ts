/** https://gateway-api.sigs.k8s.io/reference/spec/ */
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** https://linkerd.io/2/reference/httproute/ */
export const LINKERD_GROUP = 'policy.linkerd.io';

/** Kinds of Gateway API that are still an experiment. */
export const EXPERIMENTAL_GROUP = 'gateway.networking.x-k8s.io';
