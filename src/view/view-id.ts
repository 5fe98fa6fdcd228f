import type { View, ViewId } from './view.ts';

/** JSON with keys in one order, so that equal views have equal ids. */
export function viewId(view: View): ViewId {
  const { role, namespace, addresses, interception, httpProxyPort, virtualHosts, serviceAccount, secrets } = view;
  const { region, zone, subZone } = view.locality;
  const labels = Object.fromEntries(Object.entries(view.labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  const locality = { region, zone, subZone };
  return JSON.stringify({
    role,
    namespace,
    labels,
    addresses,
    interception,
    httpProxyPort,
    locality,
    virtualHosts,
    serviceAccount,
    secrets,
  });
}

/** The view that an id was made of. */
export function viewFromId(id: ViewId): View {
  return JSON.parse(id) as View;
}
