import type { GatewayHost } from '../routing.ts';
import { byHost } from './lone-routes.ts';

/**
 * Hosts of which the same is true are one, under the name of the first: a route with many hostnames is sent once. Those
 * given may stand for several already.
 */
export function sharedHosts(hosts: readonly GatewayHost[]): readonly GatewayHost[] {
  const groups = Map.groupBy(hosts, truthOf);
  return [...groups.values()].map((group) => (group.length === 1 ? group[0]! : together(group)));
}

function together(group: readonly GatewayHost[]): GatewayHost {
  const names = group.flatMap(({ host, alike = [] }) => [host, ...alike]);
  const [host, ...alike] = names.toSorted(byHost);
  return { ...group[0]!, host: host!, alike };
}

/** All that is said of a host but its name. Asked of every host of a port for every change: JSON would take longer than all else. */
function truthOf({ routes, answer, httpsRedirect, origin }: GatewayHost): string {
  return `${routes} ${answer} ${httpsRedirect} ${origin?.object} ${origin?.path}`;
}
