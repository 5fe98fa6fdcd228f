import {
  type BackendObjectReference,
  type GrpcRouteRule,
  type HttpRouteRule,
  type KubeObject,
  type ObjectKey,
  objectKey,
  parseObjectKey,
} from '../../api/index.ts';
import type { Tables } from '../../store/index.ts';
import type { Position } from '../position.ts';
import type { Destination } from '../route.ts';
import { fromGrpcRule, UNAVAILABLE } from './from-grpc-route.ts';
import { fromHttpRule } from './from-http-route.ts';
import { GATEWAY_GROUP, LINKERD_GROUP } from './group.ts';
import { linkerdRules } from './linkerd-rules.ts';
import type { Around, Listening } from './listening.ts';
import type { Ranked } from './precedence.ts';
import { type HttpKind, LINKERD_ROUTE, type SetMember } from './route-set.ts';

/** The rules of one route, and where they stand. What else the object says is not read with them. */
export type RouteRules = { readonly object: ObjectKey; readonly renumbered?: Position['renumbered'] } & (
  | { readonly kind: 'HTTPRoute'; readonly rules: readonly HttpRouteRule[] }
  | { readonly kind: 'GRPCRoute'; readonly rules: readonly GrpcRouteRule[] }
);

/** By kind, then `namespace/name`. */
export type RulesOf = (kind: HttpKind, row: string) => RouteRules | undefined;

export function createRules({
  httpRoutes,
  grpcRoutes,
  linkerdHttpRoutes,
}: Pick<Tables, 'httpRoutes' | 'grpcRoutes' | 'linkerdHttpRoutes'>): RulesOf {
  const http = httpRoutes.column('rules', (route): RouteRules => {
    // Without rules: one for every request, that leads nowhere.
    return { ...placeOf(route), kind: 'HTTPRoute', rules: route.spec.rules ?? [{}] };
  });
  const grpc = grpcRoutes.column('rules', (route): RouteRules => {
    return { ...placeOf(route), kind: 'GRPCRoute', rules: route.spec.rules ?? [] };
  });
  const linkerd = linkerdHttpRoutes.column('rules', (route): RouteRules => {
    return { ...placeOf(route), kind: 'HTTPRoute', rules: linkerdRules(route) };
  });
  return (kind, row) => {
    switch (kind) {
      case 'HTTPRoute':
        return http(row);
      case 'GRPCRoute':
        return grpc(row);
      case LINKERD_ROUTE:
        return linkerd(row);
    }
  };
}

/** In the order in which they are written. */
export function fromRules(
  all: RouteRules,
  listening: Listening,
  destinationOf: (ref: BackendObjectReference, brokenStatus: number) => Destination,
  sessionOf?: Around['sessionOf'],
): readonly Ranked[] {
  const around = (brokenStatus: number): Around => ({
    listening,
    brokenStatus,
    destinationOf: (ref) => destinationOf(ref, brokenStatus),
    ...(sessionOf && { sessionOf }),
  });
  switch (all.kind) {
    case 'HTTPRoute':
      return all.rules.flatMap((rule, i) => fromHttpRule(rule, positionOf(all, i), around(500)));
    case 'GRPCRoute':
      return all.rules.flatMap((rule, i) => fromGrpcRule(rule, positionOf(all, i), around(UNAVAILABLE)));
  }
}

export function routeKey(kind: HttpKind, row: string): ObjectKey {
  const [namespace = '', name = ''] = row.split('/');
  return kind === LINKERD_ROUTE
    ? objectKey(LINKERD_GROUP, 'HTTPRoute', namespace, name)
    : objectKey(GATEWAY_GROUP, kind, namespace, name);
}

/** Undefined: its rules are not about requests. */
export function memberOf(route: ObjectKey): Pick<SetMember, 'kind' | 'row'> | undefined {
  const { group, kind, namespace, name } = parseObjectKey(route);
  const row = `${namespace}/${name}`;
  if (kind !== 'HTTPRoute' && kind !== 'GRPCRoute') return undefined;
  return { kind: group === LINKERD_GROUP ? LINKERD_ROUTE : kind, row };
}

function placeOf({ key, renumbered }: KubeObject<unknown>): Pick<RouteRules, 'object' | 'renumbered'> {
  return { object: key, ...(renumbered && { renumbered }) };
}

export function positionOf({ object, renumbered }: Omit<RouteRules, 'kind' | 'rules'>, i: number): Position {
  return { object, path: `spec.rules[${i}]`, ...(renumbered && { renumbered }) };
}
