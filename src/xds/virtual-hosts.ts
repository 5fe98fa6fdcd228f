import { weakly } from '../lib/weakly.ts';
import { type NameSet, nameSet } from './names.ts';
import { namesOf, type ResourceSet } from './resource-set.ts';

/** A virtual host is called `<route configuration>/<its own name>`. */
export const virtualHostsOf = weakly((set: ResourceSet, routes: NameSet): NameSet => {
  return nameSet([...namesOf(set)].filter((name) => prefixes(name).some((prefix) => routes.names.has(prefix))));
});

function prefixes(name: string): string[] {
  return [...name.matchAll(/\//g)].map(({ index }) => name.slice(0, index));
}
