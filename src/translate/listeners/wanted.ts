import type { Origin, Protocol, Service, ServicePort } from '../../mesh/index.ts';
import type { TcpRoute } from '../../route/index.ts';
import { detectedRouteName, outboundClusterName, outboundRouteName } from '../names.ts';
import { portsToCall } from '../outbound.ts';
import { type TcpChain, tcpChainsOf } from './tcp-chain.ts';

/** What one service wants to be reached at: a listener, or its part of one. */
export interface Wanted {
  readonly bind: string;
  readonly port: number;
  /** Of its HTTP chain, if it has one. */
  readonly route: string | undefined;
  readonly tcp: readonly TcpChain[];
  readonly origins: readonly Origin[];
}

/** What is said about a service's ports elsewhere. */
export interface PortFacts {
  /** Rules for connections that are not HTTP. */
  readonly tcpRoutes: (port: number) => readonly TcpRoute[];
  /** The addresses of its endpoints. */
  readonly instances: (port: number) => readonly string[];
}

export const ANY_ADDRESS = '0.0.0.0';
export const LOCALHOST = '127.0.0.1';

/**
 * With iptables: a listener's address is where the application meant to go. HTTP of all services on a port shares
 * 0.0.0.0; everything else has its own address if it has one.
 */
export function wantedIntercepted(service: Service, facts: PortFacts): readonly Wanted[] {
  return portsToCall(service)
    .filter(({ number }) => !OWN_PORTS.has(number))
    .flatMap((port) => {
      if (isHttp(port.protocol)) return [sharedHttp(service, port, ANY_ADDRESS)];
      return addressesOf(service, port, facts).map((address) => ownAddress(service, port, address, facts));
    });
}

/**
 * Without iptables the application must say where it goes by calling 127.0.0.1 with a Host header, or a service's own
 * loopback address. Services that are not HTTP and have no such address cannot be told apart, so they have no listener.
 */
export function wantedDirect(service: Service, facts: PortFacts): readonly Wanted[] {
  const loopbacks = service.addresses.filter((address) => address.startsWith('127.') && !address.includes('/'));
  return portsToCall(service).flatMap((port) => {
    if (isHttp(port.protocol)) return [sharedHttp(service, port, LOCALHOST)];
    const own = loopbacks.map((address) => ownAddress(service, port, address, facts));
    return port.protocol === 'auto' ? [sharedHttp(service, port, LOCALHOST), ...own] : own;
  });
}

export function isHttp(protocol: Protocol): boolean {
  return protocol === 'http' || protocol === 'http2' || protocol === 'grpc' || protocol === 'grpc-web';
}

/** The proxy's own: a listener there would take connections away from virtualOutbound and virtualInbound. */
const OWN_PORTS: ReadonlySet<number> = new Set([15001, 15006]);

function sharedHttp({ origin }: Service, { number }: ServicePort, bind: string): Wanted {
  return { bind, port: number, route: outboundRouteName(number), tcp: [], origins: [origin] };
}

function ownAddress(service: Service, port: ServicePort, address: string, facts: PortFacts): Wanted {
  const { bind, prefixes } = bindOf(address);
  // Only the name in its handshake tells TLS to one service from TLS to another on a shared address.
  const serverNames = bind === ANY_ADDRESS && isTls(port.protocol) ? [service.host] : [];
  const to = { cluster: outboundClusterName(port.number, undefined, service.host) };
  const routes = facts.tcpRoutes(port.number);
  return {
    bind,
    port: port.number,
    route: detectedRoute(service, port, bind),
    tcp: tcpChainsOf(routes, { serverNames, prefixes, sources: [], to }),
    origins: [service.origin, ...routes.map(({ origin }) => origin)],
  };
}

function isTls(protocol: Protocol): boolean {
  return protocol === 'tls' || protocol === 'https';
}

/** A headless service has no address of its own, so its instances' addresses are what clients call. */
function addressesOf(service: Service, port: ServicePort, { instances }: PortFacts): readonly string[] {
  if (service.addresses.length > 0) return service.addresses;
  const headless = service.kind === 'kubernetes' && service.resolution === 'passthrough';
  return headless ? instances(port.number) : [ANY_ADDRESS];
}

/** A range of addresses cannot be bound; a chain of 0.0.0.0 matches it. */
function bindOf(address: string): { readonly bind: string; readonly prefixes: readonly string[] } {
  if (!address.includes('/')) return { bind: address, prefixes: [] };
  if (address.endsWith('/32')) return { bind: address.slice(0, -'/32'.length), prefixes: [] };
  return { bind: ANY_ADDRESS, prefixes: [address] };
}

/** A service on an address of its own has a route of its own; on a shared one it shares the port's. */
function detectedRoute(service: Service, port: ServicePort, bind: string): string | undefined {
  if (port.protocol !== 'auto') return undefined;
  return bind === ANY_ADDRESS ? outboundRouteName(port.number) : detectedRouteName(service.host, port.number);
}
