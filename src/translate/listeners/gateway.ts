import type { Graph } from '../../graph/index.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import type { Mesh } from '../../mesh/index.ts';
import { type Entry, encode, type Listener } from '../../proto/index.ts';
import type { View } from '../../view/index.ts';
import { type Enforced, type Enforcement, originsOf } from '../enforced.ts';
import { type GatewayPlans, type GatewayPort, type RouterScope, routerScopeOf } from '../gateway-plan.ts';
import { type GatewayTlsDefaults, meshTlsOf, otherTlsOf } from '../tls/index.ts';
import type { Built } from '../translator.ts';
import { buildGatewayListener } from './gateway-listener.ts';

export interface GatewayListeners {
  readonly layer: (view: View) => Shares<Entry>;
  readonly build: (view: View, name: string) => Built<Listener> | undefined;
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

  const enforcedBy = ({ namespace, labels }: RouterScope): string =>
    enforcement.idOf({ role: 'router', namespace, labels }, undefined);
  const layer = graph.query('listeners.gateway', (scope) => {
    const enforced = enforcedBy(JSON.parse(scope) as RouterScope);
    const { ports } = plans(scope);
    return sharesOf(ports.map((port) => [port.name, entry(JSON.stringify([keyOf(port), enforced]))] as const));
  });
  return {
    layer: (view) => layer(routerScopeOf(view)),
    build: (view, name) => {
      const scope = routerScopeOf(view);
      const port = plans(scope).ports.find((one) => one.name === name);
      if (!port) return undefined;
      const enforced = enforcement.get(enforcedBy(JSON.parse(scope) as RouterScope));
      const servers = port.servers.map(({ gateway, path }) => ({ path: '', origin: { object: gateway, path } }));
      const policies = originsOf(enforced).map((origin) => ({ path: 'filterChains', origin }));
      return { message: build(port, enforced), decided: [...servers, ...policies] };
    },
  };
}

type ListenerPort = Omit<GatewayPort, 'servers'>;

const NO_DEFAULTS: GatewayTlsDefaults = { mesh: { parameters: {}, trustDomains: [] }, others: {} };

/** Routers that differ in who decided a port share it. */
function keyOf({ name, port, bind, chains }: GatewayPort): ListenerPort {
  return { name, port, bind, chains };
}
