import type { GatewayHost } from '../routing.ts';

/** Hosts of which the same is true are one, under the name of the first: a route with many hostnames is sent once. */
export function sharedHosts(hosts: readonly GatewayHost[]): readonly GatewayHost[] {
  const groups = Map.groupBy(hosts, truthOf);
  return [...groups.values()].map(([first, ...others]) =>
    others.length === 0 ? first! : { ...first!, alike: others.map(({ host }) => host) },
  );
}

/** All that is said of a host but its name. Asked of every host of a port for every change: JSON would take longer than all else. */
function truthOf({ routes, answer, httpsRedirect, origin }: GatewayHost): string {
  return `${routes} ${answer} ${httpsRedirect} ${origin?.object} ${origin?.path}`;
}
