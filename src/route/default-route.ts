import type { Service } from '../mesh/index.ts';
import { ANY } from './match.ts';
import type { Route } from './route.ts';

/** Where nobody said anything: to the service's own port. */
export function defaultRoute(service: Service, port: number): Route {
  const { origin, host } = service;
  const destination = {
    to: { kind: 'service', host, port, subset: undefined },
    weight: 100,
    headers: undefined,
    origin,
  } as const;
  return {
    name: 'default',
    origin,
    match: ANY,
    action: { kind: 'forward', destinations: [destination], rewritePath: undefined, rewriteHost: undefined },
    policy: {},
  };
}
