import { weakly } from '../lib/weakly.ts';
import { type NameSet, nameSet, union } from './names.ts';
import { namesOf, type ResourceSet } from './resource-set.ts';

/** All that must be answered before these route configurations are warm. A virtual host is called `<route>/<its own name>`. */
export const virtualHostsOf = weakly((set: ResourceSet, routes: NameSet): NameSet => {
  const theirs = [...namesOf(set)].filter((name) => prefixes(name).some((prefix) => routes.names.has(prefix)));
  return union(nameSet(theirs), noVirtualHostsOf(set, routes));
});

/**
 * A name that does not exist for each route configuration without virtual hosts. Envoy takes an empty response to be about
 * none of them, and they would stay cold for 15 seconds (VHDS's initial fetch timeout); a removal below its name warms one.
 */
export const noVirtualHostsOf = weakly((set: ResourceSet, routes: NameSet): NameSet => {
  const owners = new Set([...namesOf(set)].flatMap(prefixes));
  return nameSet([...routes.names].filter((route) => !owners.has(route)).map((route) => `${route}/none`));
});

function prefixes(name: string): string[] {
  return [...name.matchAll(/\//g)].map(({ index }) => name.slice(0, index));
}
