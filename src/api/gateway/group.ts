/** What all kinds of https://gateway-api.sigs.k8s.io/reference/spec/ have in common. */
export const GATEWAY_API = {
  group: 'gateway.networking.k8s.io',
  namespaced: true,
  // Written by the controllers.
  irrelevant: { '': ['status'] },
} as const;

/** Kinds that are still an experiment. */
export const EXPERIMENTAL = { ...GATEWAY_API, group: 'gateway.networking.x-k8s.io', versions: ['v1alpha1'] } as const;
