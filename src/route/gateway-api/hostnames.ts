import { hostMatches } from '../../mesh/index.ts';
import { intersection } from '../server-hosts.ts';

/**
 * The hosts of a route at a listener: those that both mean, of two that overlap the narrower; `*`: any. `undefined` and
 * an empty list say nothing. https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec
 */
export function commonHostnames(listener: string | undefined, route: readonly string[]): readonly string[] {
  return intersection([listener ?? '*'], route.length === 0 ? ['*'] : route);
}

/** Whether there is a host that both mean. */
export function hostnamesOverlap(one: string, other: string): boolean {
  return hostMatches(one, other) || hostMatches(other, one);
}
