import type { Graph } from '../../graph/index.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import type { Mesh } from '../../mesh/index.ts';
import { type Entry, encode, type Listener } from '../../proto/index.ts';
import type { GatewayServer } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import { type Enforced, type Enforcement, originsOf } from '../enforced.ts';
import {
  type GatewayPlan,
  type GatewayPlans,
  type GatewayPort,
  type RouterScope,
  routerScopeOf,
  type UdpPort,
} from '../gateway-plan.ts';
import { BLACK_HOLE_CLUSTER } from '../names.ts';
import { type GatewayTlsDefaults, meshTlsOf, otherTlsOf } from '../tls/index.ts';
import type { Built, LeftOut } from '../translator.ts';
import { buildGatewayListener } from './gateway-listener.ts';
import { buildUdpListener, type UdpListener } from './udp-listener.ts';

export interface GatewayListeners {
  readonly layer: (view: View) => Shares<Entry>;
  readonly build: (view: View, name: string) => Built<Listener> | undefined;
  readonly leftOut: (view: View) => readonly LeftOut[];
}

/** The ports that Gateways open on a router. */
export function createGatewayListeners(
  graph: Graph,
  mesh: Mesh,
  plans: GatewayPlans,
  enforcement: Enforcement,
): GatewayListeners {
  const defaults = graph.query('gateway.tlsDefaults', (): GatewayTlsDefaults => {
    const config = mesh.config();
    return { mesh: meshTlsOf(config), others: otherTlsOf(config) };
  });
  // Whoever has no TLS does not wake when the mesh says something else about it.
  const build = (port: ListenerPort, enforced: Enforced): Listener =>
    buildGatewayListener(port, enforced, port.chains.some(({ end }) => end) ? defaults('') : NO_DEFAULTS);
  const entry = graph.query('listener.gateway', (key) => {
    const [port, enforced] = JSON.parse(key) as [ListenerPort, string];
    return encode('lds', build(port, enforcement.get(enforced)));
  });

  const udpEntry = graph.query('listener.udp', (key) =>
    encode('lds', buildUdpListener(JSON.parse(key) as UdpListener)),
  );

  const enforcedBy = ({ namespace, labels }: RouterScope): string =>
    enforcement.idOf({ role: 'router', namespace, labels }, undefined);
  const layer = graph.query('listeners.gateway', (scope) => {
    const enforced = enforcedBy(JSON.parse(scope) as RouterScope);
    const plan = plans(scope);
    return sharesOf([
      ...plan.ports.map((port) => [port.name, entry(JSON.stringify([keyOf(port), enforced]))] as const),
      ...openUdp(plan, enforcement.get(enforced)).map(
        (port) => [port.name, udpEntry(JSON.stringify(udpListenerOf(port)))] as const,
      ),
    ]);
  });
  return {
    layer: (view) => layer(routerScopeOf(view)),
    build: (view, name) => {
      const scope = routerScopeOf(view);
      const plan = plans(scope);
      const enforced = enforcement.get(enforcedBy(JSON.parse(scope) as RouterScope));
      const udp = openUdp(plan, enforced).find((one) => one.name === name);
      if (udp) return { message: buildUdpListener(udpListenerOf(udp)), decided: [decidedBy(udp.server)] };
      const port = plan.ports.find((one) => one.name === name);
      if (!port) return undefined;
      const servers = port.servers.map(decidedBy);
      const policies = originsOf(enforced).map((origin) => ({ path: 'filterChains', origin }));
      return { message: build(port, enforced), decided: [...servers, ...policies] };
    },
    leftOut: (view) => {
      const scope = routerScopeOf(view);
      const { leftOut, udp } = plans(scope);
      const isClosed = udp.length > 0 && guards(enforcement.get(enforcedBy(JSON.parse(scope) as RouterScope)));
      return isClosed ? [...leftOut, ...udp.map(closedUdp)] : leftOut;
    },
  };
}

/** Nothing in Envoy asks authorization policies about datagrams, so where there are some, no port takes any. */
function openUdp({ udp }: GatewayPlan, enforced: Enforced): readonly UdpPort[] {
  return guards(enforced) ? [] : udp;
}

function guards({ authorization: { custom, deny, allow } }: Enforced): boolean {
  return custom !== undefined || deny.length > 0 || allow.length > 0;
}

function closedUdp({ server }: UdpPort): LeftOut {
  return {
    origin: decidedBy(server).origin,
    message:
      'authorization policies hold at this gateway, which Envoy cannot ask about datagrams; the UDP port stays closed',
    hint: 'serve UDP by another gateway, for which no AuthorizationPolicy holds',
  };
}

function decidedBy({ gateway, path }: GatewayServer): Built['decided'][number] {
  return { path: '', origin: { object: gateway, path } };
}

type ListenerPort = Omit<GatewayPort, 'servers'>;

const NO_DEFAULTS: GatewayTlsDefaults = { mesh: { parameters: {}, trustDomains: [] }, others: {} };

/** Routers that differ in who decided a port share it. */
function keyOf({ name, port, bind, chains }: GatewayPort): ListenerPort {
  return { name, port, bind, chains };
}

function udpListenerOf({ name, port, bind, to }: UdpPort): UdpListener {
  return { name, port, bind, cluster: to?.cluster ?? BLACK_HOLE_CLUSTER };
}
