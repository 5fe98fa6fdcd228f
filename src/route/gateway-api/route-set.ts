import type { ObjectKey } from '../../api/index.ts';
import { MESH } from '../gateway-name.ts';
import type { RouteSetId } from '../routing.ts';

/** Routes whose rules are about requests; of Gateway API's group, or said with another. */
export type HttpKind = 'HTTPRoute' | 'GRPCRoute' | typeof LINKERD_ROUTE;

export const LINKERD_ROUTE = 'HTTPRoute.policy.linkerd.io';

/** A route of a set. */
export interface SetMember {
  readonly kind: HttpKind;
  /** `namespace/name`. */
  readonly row: string;
  /** Its rules hold on this port only. */
  readonly port?: number;
}

/**
 * Routes that hold for one host. Those of a tier are one list by the precedence of their matches, the oldest route first
 * among equals; the next tier is asked for what none of them takes.
 */
export interface RouteSet {
  /** The Gateway, `namespace/name`, whose client certificate backends are shown. */
  readonly as?: string | undefined;
  /** For calls in the mesh. */
  readonly inMesh?: true | undefined;
  readonly tiers: readonly (readonly SetMember[])[];
}

export const SET = 'k8s:';

/** `k8s:edge/public|HTTPRoute/shop/cart,HTTPRoute/shop/old-cart:80|HTTPRoute/shop/rest`, `k8s:|…`, or `k8s:mesh|…`. */
export function routeSetId({ as, inMesh, tiers }: RouteSet): RouteSetId {
  return idOf(
    inMesh ? MESH : as,
    tiers.map((tier) => tier.map(textOf)),
  );
}

/** The same, of routes of Gateway API's own group at a Gateway. */
export function setOfRoutes(as: string | undefined, tiers: readonly (readonly ObjectKey[])[]): RouteSetId {
  const withoutGroup = (key: ObjectKey): string => key.slice(key.indexOf('/') + 1);
  return idOf(
    as,
    tiers.map((tier) => tier.map(withoutGroup)),
  );
}

function idOf(as: string | undefined, tiers: readonly (readonly string[])[]): RouteSetId {
  return `${SET}${as ?? ''}|${tiers.map((tier) => tier.join(',')).join('|')}`;
}

export function parseRouteSet(id: RouteSetId): RouteSet {
  const [as, ...tiers] = id.slice(SET.length).split('|');
  return {
    ...(as === MESH ? { inMesh: true } : as && { as }),
    tiers: tiers.map((tier) => tier.split(',').filter(Boolean).map(memberOf)),
  };
}

/** Whether a set of rules is one of Gateway API's. */
export function isKubernetes(set: RouteSetId | undefined): set is RouteSetId {
  return set?.startsWith(SET) === true;
}

function textOf({ kind, row, port }: SetMember): string {
  return port === undefined ? `${kind}/${row}` : `${kind}/${row}:${port}`;
}

function memberOf(text: string): SetMember {
  const [route = '', port] = text.split(':');
  const slash = route.indexOf('/');
  const kind = route.slice(0, slash) as HttpKind;
  return { kind, row: route.slice(slash + 1), ...(port !== undefined && { port: Number(port) }) };
}
