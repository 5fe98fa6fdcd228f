import ipaddr from 'ipaddr.js';
import type { GatewayAddress } from '../../api/index.ts';
import type { AddressPool } from './address-pool.ts';
import type { Address, Bind, Verdict } from './gateway-api.ts';
import type { Home } from './gateway-homes.ts';
import { no } from './verdict.ts';

/** What a Gateway has of the addresses that it asks for. */
export interface Addresses {
  readonly usable: readonly Address[];
  /** Why some that it asks for are not there. */
  readonly failure: Verdict | undefined;
  /** See GatewayState. */
  readonly binds: readonly Bind[];
}

/** All that decides what addresses are. */
export interface AddressSource {
  readonly pool: AddressPool | undefined;
  readonly home: Home;
  /** From the pool, for the address at a place of the list. */
  readonly allocated: (at: number) => string | undefined;
  /** An older Gateway that has this address of the pool, `namespace/name`. */
  readonly takenBy: (address: string) => string | undefined;
  /** Whether a Service has this host. */
  readonly isService: (host: string) => boolean;
}

type Found = Address & { readonly from: 'pool' | 'home' | 'spec' | 'service' };

/** https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspecaddress */
export function addressesOf(asked: readonly GatewayAddress[], source: AddressSource): Addresses {
  const found =
    asked.length === 0
      ? [unnamed(source, undefined, 0)]
      : asked.map(({ type = 'IPAddress', value }, i) => {
          if (!value) return unnamed(source, type, i);
          return [type === 'Hostname' ? hostname(value, i, source) : ip(value, i, source)];
        });
  const all: readonly (Found | Verdict)[] = found.flat();
  const usable = all.filter((one) => 'value' in one);
  const failures = all.filter((one) => 'ok' in one);
  return {
    usable: usable.map(({ type, value }) => ({ type, value })),
    failure: failures.find(({ reason }) => reason === 'AddressNotUsable') ?? failures[0],
    binds: bindsOf(usable, asked, source),
  };
}

/** A type that is not known: https://gateway-api.sigs.k8s.io/reference/spec/#addresstype */
export function unsupportedAddress(asked: readonly GatewayAddress[]): Verdict | undefined {
  const at = asked.findIndex(({ type = 'IPAddress' }) => type !== 'IPAddress' && type !== 'Hostname');
  if (at < 0) return undefined;
  const message = `addresses of type ${asked[at]!.type} are not known here, only IPAddress and Hostname`;
  return no('UnsupportedAddress', message, `spec.addresses[${at}].type`);
}

/** Any of this type, or of any type. */
function unnamed(
  { pool, home, allocated }: AddressSource,
  type: string | undefined,
  at: number,
): readonly (Found | Verdict)[] {
  if (pool && type !== 'Hostname') {
    const address = allocated(at);
    if (address !== undefined) return [{ type: 'IPAddress', value: address, from: 'pool' }];
    return [no('AddressNotAssigned', `no address of ${pool.cidr} is free`)];
  }
  const there = home.addresses.filter((one) => type === undefined || one.type === type);
  if (there.length > 0) return there.map((one) => ({ ...one, from: 'home' }));
  const message = `no Service and no Pod with an address${type === 'Hostname' ? ' of type Hostname' : ''} is labelled with its name, and there is no pool of addresses`;
  return [no('AddressNotAssigned', message)];
}

function ip(value: string, at: number, { pool, home, takenBy }: AddressSource): Found | Verdict {
  const path = `spec.addresses[${at}].value`;
  if (!ipaddr.isValid(value)) return no('AddressNotUsable', `${value} is not an IP address`, path);
  if (home.addresses.some((one) => one.value === value)) return { type: 'IPAddress', value, from: 'home' };
  if (!pool) return { type: 'IPAddress', value, from: 'spec' };
  if (!pool.contains(value)) return no('AddressNotUsable', `${value} is not one of ${pool.cidr}`, path);
  const other = takenBy(value);
  if (other !== undefined) return no('AddressNotUsable', `${value} is in use by another Gateway`, path);
  return { type: 'IPAddress', value, from: 'pool' };
}

function hostname(value: string, at: number, { home, isService }: AddressSource): Found | Verdict {
  if (home.addresses.some((one) => one.value === value)) return { type: 'Hostname', value, from: 'home' };
  if (isService(value)) return { type: 'Hostname', value, from: 'service' };
  return no('AddressNotUsable', `${value} is the host of no Service`, `spec.addresses[${at}].value`);
}

/**
 * Addresses of the pool are those of the machine. Behind a Service, a proxy has addresses of its own. Who was to have an
 * address and gets none is not opened at all others in its place.
 */
function bindsOf(usable: readonly Found[], asked: readonly GatewayAddress[], source: AddressSource): readonly Bind[] {
  if (usable.length === 0) return source.pool || asked.some(({ value }) => value) ? [] : ['every'];
  const own = usable.filter(({ from }) => from === 'pool' || (from === 'spec' && !source.home.hasService));
  const isElsewhere = usable.some(({ from }) => from === 'service' || from === 'home');
  const isBound = isElsewhere ? own.some(({ from }) => from === 'pool') : own.length > 0;
  return isBound ? own.map(({ value }) => value) : ['every'];
}
