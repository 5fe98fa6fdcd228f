import { type Costs, ITSELF, type Part, THE_OBJECT } from '../cost.ts';
import { made, UNREADABLE_HOST, UNREADABLE_REFERENCE } from './unreadable.ts';
import { wildcardHostnameMistake } from './words.ts';

/** Of a TLSRoute, a TCPRoute or a UDPRoute; and what other routes have in common with them. */
export const L4_ROUTE_COSTS: Costs = {
  'spec.parentRefs[]': 'spec.parentRefs[]',
  'spec.rules': THE_OBJECT,
  'spec.rules[]': ITSELF,
  'spec.rules[].backendRefs': brokenRule(),
  'spec.rules[].backendRefs[]': {
    unit: 'spec.rules[].backendRefs[]',
    becomes: { of: brokenBackend, made: 'name' },
  },
  'spec.rules[].backendRefs[].weight': { unit: 'spec.rules[].backendRefs[]', becomes: made('weight', () => 0) },
};

/**
 * What a mistake in a route costs. A rule of which it is not known what it is for goes; one of which only that is known
 * keeps its requests from other rules, and answers them with 500.
 *
 *   what is wrong                                            what it costs
 *   a parent                                                 that attachment
 *   a hostname                                               that hostname; without others the route is for none
 *   a match                                                  its rule
 *   a filter that changes or guards requests, an action      its rule answers with 500
 *   a backend, or such a filter of it                        its share of the requests is answered with 500
 *   a weight                                                 that backend gets no requests
 *   a mirror, a header of answers, part of CORS, a setting   itself
 */
export const HTTP_ROUTE_COSTS: Costs = {
  ...L4_ROUTE_COSTS,
  ...hostnameCosts(wildcardHostnameMistake, 16),
  'spec.rules[].matches': 'spec.rules[]',
  'spec.rules[].filters': brokenRule(),
  ...filterCosts('spec.rules[].filters[]'),
  ...filterCosts('spec.rules[].backendRefs[].filters[]'),
  'spec.rules[].retry.attempts': 'spec.rules[].retry',
  'spec.rules[].sessionPersistence': 'spec.rules[].sessionPersistence',
};

/** Without parents and hostnames a route would be for more. */
export const ROUTE_NARROWING = ['spec.hostnames', 'spec.rules[].matches'];

/** `most` is how many hostnames there may be. */
export function hostnameCosts(hostnameMistake: (value: string) => string | undefined, most: number): Costs {
  const readable = (written: unknown): readonly string[] => {
    const right = (Array.isArray(written) ? written : []).filter(
      (host: unknown): host is string => typeof host === 'string' && hostnameMistake(host) === undefined,
    );
    return right.length > 0 ? right.slice(0, most) : [UNREADABLE_HOST];
  };
  return { 'spec.hostnames': { unit: 'spec', becomes: made('hostnames', readable) } };
}

/** A copy that is not made harms nobody, nor does an answer with fewer headers, or fewer origins that may ask. */
function filterCosts(filter: string): Costs {
  return {
    [`${filter}.requestMirror`]: filter,
    [`${filter}.responseHeaderModifier`]: filter,
    [`${filter}.responseHeaderModifier.*`]: ITSELF,
    [`${filter}.cors.*`]: ITSELF,
  };
}

function brokenRule() {
  return { unit: 'spec.rules[]', becomes: { of: withBrokenBackend, made: 'backendRefs' } };
}

function withBrokenBackend({ filters, ...rule }: Part): Part {
  return { ...rule, backendRefs: [UNREADABLE_REFERENCE] };
}

/** It keeps its share. */
function brokenBackend({ weight }: Part): Part {
  return { ...UNREADABLE_REFERENCE, ...(weight !== undefined && { weight }) };
}
