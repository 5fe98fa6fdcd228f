import type { GatewayHost } from '../routing.ts';

/** Hosts of which the same is true are one, under the name of the first: a route with many hostnames is sent once. */
export function sharedHosts(hosts: readonly GatewayHost[]): readonly GatewayHost[] {
  const groups = Map.groupBy(hosts, ({ host, ...truth }) => JSON.stringify(truth));
  return [...groups.values()].map(([first, ...others]) =>
    others.length === 0 ? first! : { ...first!, alike: others.map(({ host }) => host) },
  );
}
