import type { Origin, Protocol, Service, ServicePort } from '../../mesh/index.ts';
import type { Routing, TcpRoute } from '../../route/index.ts';
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
  /** Its routes may keep sessions, and have somebody asked. */
  readonly routesAsk?: true;
}

/** What is said about a service's ports elsewhere. */
export interface PortFacts {
  /** Rules for connections that are not HTTP. */
  readonly tcpRoutes: (port: number) => readonly TcpRoute[];
  /** Rules for what is sent to the service's own addresses. */
  readonly routed: (port: number) => ReturnType<Routing['routedPort']>;
  /** The addresses of its endpoints. */
  readonly instances: (port: number) => readonly string[];
}

export const ANY_ADDRESS = '0.0.0.0';
export const LOCALHOST = '127.0.0.1';

/**
 * With iptables: a listener's address is where the application meant to go. HTTP of all services on a port shares
 * 0.0.0.0; everything else has its own address if it has one, and so has HTTP with rules for what is sent there.
 */
export function wantedIntercepted(service: Service, facts: PortFacts): readonly Wanted[] {
  return portsToCall(service)
    .filter(({ number }) => !OWN_PORTS.has(number))
    .flatMap((port) => {
      if (isHttp(port.protocol)) {
        const own = facts.routed(port.number) ? bindable(service) : [];
        if (own.length === 0) return [sharedHttp(service, port, ANY_ADDRESS, facts)];
        const others = sharedHttp(service, port, ANY_ADDRESS, NOTHING_SAID);
        return [others, ...own.map((bind) => ownHttp(service, port, bind, facts))];
      }
      return addressesOf(service, port, facts).map((address) => ownAddress(service, port, address, facts));
    });
}

/**
 * Without iptables the application must say where it goes by calling 127.0.0.1 with a Host header, or a service's own
 * loopback address, whatever it says there. Services that are not HTTP and have no such address cannot be told apart, so
 * they have no listener.
 */
export function wantedDirect(service: Service, facts: PortFacts): readonly Wanted[] {
  const loopbacks = loopbacksOf(service);
  return portsToCall(service).flatMap((port) => {
    if (isHttp(port.protocol)) {
      return [
        sharedHttp(service, port, LOCALHOST, facts),
        ...loopbacks.map((bind) => ownHttp(service, port, bind, facts)),
      ];
    }
    const own = loopbacks.map((address) => ownAddress(service, port, address, facts));
    return port.protocol === 'auto' ? [sharedHttp(service, port, LOCALHOST, facts), ...own] : own;
  });
}

export function isHttp(protocol: Protocol): boolean {
  return protocol === 'http' || protocol === 'http2' || protocol === 'grpc' || protocol === 'grpc-web';
}

/** The proxy's own: a listener there would take connections away from virtualOutbound and virtualInbound. */
const OWN_PORTS: ReadonlySet<number> = new Set([15001, 15006]);

function sharedHttp({ origin }: Service, { number }: ServicePort, bind: string, facts: Asked): Wanted {
  return { bind, port: number, route: outboundRouteName(number), tcp: [], origins: [origin], ...asking(facts, number) };
}

type Asked = Pick<PortFacts, 'routed'>;

function asking({ routed }: Asked, port: number): Pick<Wanted, 'routesAsk'> {
  return routed(port)?.as === 'requests' ? { routesAsk: true } : {};
}

/** Where no rules hold. */
const NOTHING_SAID: Pick<PortFacts, 'routed'> = { routed: () => undefined };

/** For what is sent to an address of a service, whatever host a request says. */
function ownHttp({ host, origin }: Service, { number }: ServicePort, bind: string, facts: PortFacts): Wanted {
  const origins = [origin, ...(facts.routed(number)?.origins ?? [])];
  return { bind, port: number, route: detectedRouteName(host, number), tcp: [], origins, ...asking(facts, number) };
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
    // Rules for connections are for those that look like HTTP, too.
    route: facts.routed(port.number)?.as === 'connections' ? undefined : detectedRoute(service, port, bind),
    tcp: tcpChainsOf(routes, { serverNames, prefixes, sources: [], to }),
    origins: [service.origin, ...routes.map(({ origin }) => origin)],
    ...asking(facts, port.number),
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

/** The addresses of a service that a proxy without iptables can open. */
export function loopbacksOf({ addresses }: Service): readonly string[] {
  return addresses.filter((address) => address.startsWith('127.') && !address.includes('/'));
}

function bindable({ addresses }: Service): readonly string[] {
  return [...new Set(addresses.map((address) => bindOf(address).bind))].filter((bind) => bind !== ANY_ADDRESS);
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
