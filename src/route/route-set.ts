import type { RouteSetId } from './routing.ts';

/** One VirtualService of a set, and where it is bound. */
export interface Member {
  /** `namespace/name` of the VirtualService. */
  readonly rule: string;
  /** `mesh`, or the gateways as `namespace/name`. */
  readonly gateways: readonly string[];
}

/** `shop/cart`, and behind gateways `shop/cart@edge/public,shop/old-cart@edge/public+edge/private`; the oldest first. */
export function routeSetId(members: readonly Member[]): RouteSetId {
  return members.map(({ rule, gateways }) => `${rule}@${gateways.join('+')}`).join(',');
}

/** The set of a single VirtualService in the mesh, where rules of several are not merged. */
export function meshSetId(rule: string): RouteSetId {
  return rule;
}

export function membersOf(id: RouteSetId): readonly Member[] {
  if (id === '') return [];
  return id.split(',').map((text) => {
    const [rule = '', gateways] = text.split('@');
    return { rule, gateways: gateways?.split('+') ?? ['mesh'] };
  });
}
