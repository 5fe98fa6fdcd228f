import type { Protocol, Service } from '../../mesh/index.ts';
import { isHttp, loopbacksOf } from '../listeners/wanted.ts';
import { detectedRouteName } from '../names.ts';
import { domainsOf } from './domains.ts';

/** Which routes a namespace's sidecars have, from the services that it can call. */
export interface Inventory {
  /** Ports that several services share; each has one route. */
  readonly ports: readonly number[];
  /** Services with a listener of their own, by the names of their routes. */
  readonly detected: readonly string[];
  /** By `host:port`: the names that another host on that port has already. */
  readonly lost: ReadonlyMap<string, readonly string[]>;
}

export interface Surroundings {
  readonly namespace: string;
  /** The proxy binds its ports itself, so that services with detected protocols share 127.0.0.1. */
  readonly direct: boolean;
}

/** `extraHosts`: those that only rules name, on port 80. */
export function inventoryOf(
  services: readonly Service[],
  extraHosts: readonly string[],
  around: Surroundings,
): Inventory {
  const ports = new Set<number>();
  const detected: string[] = [];
  for (const service of services) {
    for (const { number, protocol } of httpPortsOf(service)) {
      if (isHttp(protocol) || sharesAddress(service, around.direct)) ports.add(number);
      // Who binds a service's own address knows by it what was called.
      if ((around.direct || !isHttp(protocol)) && hasOwnAddress(service, around.direct))
        detected.push(detectedRouteName(service.host, number));
    }
  }
  return { ports: [...ports].sort((a, b) => a - b), detected, lost: lostNames(services, extraHosts, around.namespace) };
}

/** Hosts that have other names, or stand in other routes, with the one inventory than with the other. `extraHosts`: as above. */
export function hostsThatDiffer(here: Inventory, there: Inventory, extraHosts: readonly string[]): readonly string[] {
  const lost = [...new Set([...here.lost.keys(), ...there.lost.keys()])].filter(
    (key) => `${here.lost.get(key)}` !== `${there.lost.get(key)}`,
  );
  const ports = new Set(here.ports).symmetricDifference(new Set(there.ports));
  const onOtherPorts = [...here.detected, ...there.detected].filter((name) => ports.has(portOf(name)));
  const hosts = [...lost, ...onOtherPorts].map((name) => name.slice(0, name.lastIndexOf(':')));
  return ports.has(EXTRA_HOSTS_PORT) ? [...hosts, ...extraHosts] : hosts;
}

function portOf(name: string): number {
  return Number(name.slice(name.lastIndexOf(':') + 1));
}

/** Ports on which requests may come: known to be HTTP, or not known and looked at. */
export function httpPortsOf({ ports }: Service): Service['ports'] {
  return ports.filter(({ protocol }) => speaksHttp(protocol));
}

function speaksHttp(protocol: Protocol): boolean {
  return isHttp(protocol) || protocol === 'auto';
}

/** Listeners of such services are on 0.0.0.0 or 127.0.0.1, and shared. */
function sharesAddress(service: Service, direct: boolean): boolean {
  const { addresses } = service;
  if (direct || addresses.some((address) => address.includes('/'))) return true;
  return addresses.length === 0 && !isHeadless(service);
}

/** Some listener of such a service is its own, and looks for a route of its own. */
export function hasOwnAddress(service: Service, direct: boolean): boolean {
  const { addresses } = service;
  if (direct) return loopbacksOf(service).length > 0;
  if (addresses.length === 0) return isHeadless(service);
  return addresses.some((address) => !address.includes('/') || address.endsWith('/32'));
}

function isHeadless({ kind, resolution }: Service): boolean {
  return kind === 'kubernetes' && resolution === 'passthrough';
}

/**
 * Envoy rejects a whole route in which two virtual hosts have one domain. Full hosts go before short names and
 * addresses, then the order of hosts decides.
 */
function lostNames(
  services: readonly Service[],
  extraHosts: readonly string[],
  namespace: string,
): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string>();
  const lost = new Map<string, string[]>();
  const claim = (host: string, port: number, name: string): void => {
    const claimed = `${name}:${port}`;
    const owner = owners.get(claimed) ?? host;
    owners.set(claimed, owner);
    if (owner === host) return;
    const key = `${host}:${port}`;
    lost.set(key, [...(lost.get(key) ?? []), name]);
  };
  for (const service of services)
    for (const { number } of httpPortsOf(service)) claim(service.host, number, service.host);
  for (const host of extraHosts) claim(host, EXTRA_HOSTS_PORT, host);
  for (const service of services) {
    const names = domainsOf(service, namespace).slice(1);
    for (const { number } of httpPortsOf(service)) for (const name of names) claim(service.host, number, name);
  }
  return lost;
}

/** Where Istio serves hosts that have no service. */
export const EXTRA_HOSTS_PORT = 80;
