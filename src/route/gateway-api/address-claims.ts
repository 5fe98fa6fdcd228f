import type { GatewayAddress } from '../../api/index.ts';
import { type AddressPool, allocate } from './address-pool.ts';

/** A Gateway and what it asks for. */
export interface AddressWish {
  /** `namespace/name`. */
  readonly gateway: string;
  readonly asked: readonly GatewayAddress[];
}

/** Who has which addresses of the pool. */
export interface AddressClaims {
  /** By address: the Gateway that names it; of several the oldest. */
  readonly named: ReadonlyMap<string, string>;
  /** By Gateway and place in its list, see `placeOf`. */
  readonly allocated: ReadonlyMap<string, string>;
}

/** The oldest first. Nobody is given what somebody names. */
export function settleAddresses(pool: AddressPool, wishes: readonly AddressWish[]): AddressClaims {
  const named = new Map<string, string>();
  for (const { gateway, asked } of wishes) {
    for (const { type = 'IPAddress', value } of asked) {
      if (type === 'IPAddress' && value && pool.contains(value) && !named.has(value)) named.set(value, gateway);
    }
  }
  const wanting = wishes.flatMap(({ gateway, asked }) => {
    if (asked.length === 0) return [placeOf(gateway, 0)];
    return asked.flatMap(({ type = 'IPAddress', value }, i) =>
      type === 'IPAddress' && !value ? [placeOf(gateway, i)] : [],
    );
  });
  return { named, allocated: allocate(pool, wanting, new Set(named.keys())) };
}

/** `infra/public`, and `infra/public 1` for the second of its addresses. */
export function placeOf(gateway: string, at: number): string {
  return at === 0 ? gateway : `${gateway} ${at}`;
}
