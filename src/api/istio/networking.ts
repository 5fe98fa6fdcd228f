/** What all kinds of https://istio.io/latest/docs/reference/config/networking/ have in common. */
export const NETWORKING = {
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  namespaced: true,
  // Written by the control plane, for people.
  irrelevant: { '': ['status'] },
} as const;
