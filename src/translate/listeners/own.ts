import type { Graph } from '../../graph/index.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import type { InboundPort, Mesh, Origin, PathNormalization } from '../../mesh/index.ts';
import type { Policies } from '../../policy/index.ts';
import { type Entry, encode, type Listener } from '../../proto/index.ts';
import type { Routing } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import { type EnforcedId, type Enforcement, originsOf } from '../enforced.ts';
import { type Inbound, type InboundScope, inboundScopeOf } from '../inbound.ts';
import { buildServerTls, markedName, marksProtocol, meshServerTls, meshTlsOf, type SecretsFrom } from '../tls/index.ts';
import type { Built } from '../translator.ts';
import { createGuards, type GuardKey, subjectOf } from './guards.ts';
import { buildHttpProxy } from './http-proxy.ts';
import { type Guard, inboundRoutesIn, type Served } from './inbound-chains.ts';
import type { MeshSettings } from './outbound.ts';
import { buildInboundListener, buildVirtualInbound } from './virtual-inbound.ts';
import { buildVirtualOutbound } from './virtual-outbound.ts';
import { LOCALHOST } from './wanted.ts';

export interface OwnListeners {
  readonly layer: (view: View) => Shares<Entry>;
  readonly build: (view: View, name: string) => Built<Listener> | undefined;
  /** Ports of 127.0.0.1 that are not free for outbound listeners: the application's, and the http proxy's. */
  readonly takenPorts: (view: View) => readonly number[];
}

/** One listener as its builder's arguments, so that it can be a key. */
type Own =
  | { readonly kind: 'virtual-outbound'; readonly tproxy: boolean; readonly otherwise: string }
  | {
      readonly kind: 'virtual-inbound';
      readonly tproxy: boolean;
      readonly ports: readonly GuardedPort[];
      readonly rest: GuardKey;
      readonly restAt: readonly (GuardKey & { readonly port: number })[];
      readonly secrets: SecretsFrom | undefined;
    }
  | {
      readonly kind: 'inbound';
      readonly port: GuardedPort;
      readonly addresses: readonly [string, ...string[]];
      readonly secrets: SecretsFrom | undefined;
    }
  | {
      readonly kind: 'http-proxy';
      readonly port: number;
      readonly pathNormalization: PathNormalization;
      readonly routesAsk: boolean;
    };

interface GuardedPort extends GuardKey {
  readonly port: InboundPort;
  /** The Server whose routes its requests have, `namespace/name`. */
  readonly server?: string;
}

/** Listeners that belong to one workload: what comes to it, and what its iptables turn. */
export function createOwnListeners(
  graph: Graph,
  mesh: Mesh,
  routing: Pick<Routing, 'inboundHosts' | 'routedHosts'>,
  policies: Policies,
  enforcement: Enforcement,
  inbound: Inbound,
  settings: MeshSettings,
): OwnListeners {
  const guards = createGuards(policies, enforcement);
  const meshTls = graph.query('listeners.meshTls', () => meshTlsOf(mesh.config()));
  const tlsOf = (secrets: SecretsFrom | undefined) => secrets && buildServerTls(meshServerTls(meshTls(''), secrets));
  const asksSomebody = graph.query('listeners.proxyAsks', (namespace) => routing.routedHosts(namespace).length > 0);
  const guardOf = ({ takes, enforced }: GuardKey): Guard => ({ takes, enforced: enforcement.get(enforced) });
  const servedBy = (ports: readonly GuardedPort[]): readonly Served[] =>
    ports.flatMap(({ port, server, ...guard }) => {
      const service = port.services[0] && mesh.service(port.services[0].id);
      const routed = server === undefined ? undefined : routing.inboundHosts(server);
      return service ? [{ port, service, names: namesOf(mesh, port), routed, ...guardOf(guard) }] : [];
    });
  const serverOf = (view: View, port: number): Pick<GuardedPort, 'server'> => {
    const server = policies.serverOf(subjectOf(view), port);
    return server !== undefined && routing.inboundHosts(server).length > 0 ? { server } : {};
  };

  const build = (own: Own): Built<Listener> => {
    switch (own.kind) {
      case 'virtual-outbound':
        return { message: buildVirtualOutbound(own.otherwise, own.tproxy), decided: [] };
      case 'http-proxy':
        return { message: buildHttpProxy(own.port, own.pathNormalization, own.routesAsk), decided: [] };
      case 'virtual-inbound': {
        const served = servedBy(own.ports);
        const message = buildVirtualInbound({
          served,
          rest: guardOf(own.rest),
          restAt: own.restAt.map(({ port, ...guard }) => ({ port, ...guardOf(guard) })),
          tproxy: own.tproxy,
          tls: tlsOf(own.secrets),
        });
        return { message, decided: decidedIn(message, served) };
      }
      case 'inbound': {
        const served = servedBy([own.port]);
        const [first] = served;
        if (!first) throw new Error(`port ${own.port.port.targetPort} is served by no service: the mesh promised one`);
        const message = buildInboundListener(first, own.addresses, tlsOf(own.secrets));
        return { message, decided: decidedIn(message, served) };
      }
    }
  };
  const entry = graph.query('listener.own', (key) => encode('lds', build(JSON.parse(key) as Own).message));

  const arriving = (view: View): readonly Own[] => {
    const { interception, addresses } = JSON.parse(inboundScopeOf(view)) as InboundScope;
    const ports = inbound
      .ports(JSON.parse(inboundScopeOf(view)) as InboundScope)
      .map((port) => ({ port, ...guards.at(view, port.targetPort), ...serverOf(view, port.targetPort) }));
    if (interception === 'none') {
      // On 127.0.0.1 the application itself listens, and the proxy calls it there.
      const [first, ...others] = addresses.filter((address) => address !== LOCALHOST);
      if (first === undefined) return [];
      return ports.map((port) => ({
        kind: 'inbound',
        port,
        addresses: [first, ...others],
        secrets: secretsFor([port], view),
      }));
    }
    const tproxy = interception === 'tproxy';
    const { rest, restAt } = guards.elsewhere(
      view,
      ports.map(({ port }) => port.targetPort),
    );
    const secrets = secretsFor([...ports, rest, ...restAt], view);
    return [
      { kind: 'virtual-outbound', tproxy, otherwise: settings.otherwise() },
      { kind: 'virtual-inbound', tproxy, ports, rest, restAt, secrets },
    ];
  };
  const ownOf = (view: View): readonly Own[] => {
    const { httpProxyPort: port, namespace } = view;
    const pathNormalization = settings.pathNormalization();
    const routesAsk = port > 0 && asksSomebody(namespace);
    const proxy = { kind: 'http-proxy', port, pathNormalization, routesAsk } as const;
    return [...(port > 0 ? [proxy] : []), ...arriving(view)];
  };
  const layer = graph.query('listeners.own', (key) => {
    const entries = ownOf(JSON.parse(key) as View).map((own) => entry(JSON.stringify(own)));
    return sharesOf(entries.map((one) => [one.name, one] as const));
  });
  return {
    layer: (view) => layer(keyOf(view)),
    build: (view, name) => {
      const built = ownOf(view)
        .map((own) => ({ own, ...build(own) }))
        .find(({ message }) => message.name === name);
      if (!built) return undefined;
      const { own, message, decided } = built;
      const said = [
        ...mtlsOrigins(policies, view, own),
        ...enforcedIn(own).flatMap((id) => originsOf(enforcement.get(id))),
      ];
      return { message, decided: [...decided, ...once(said).map((origin) => ({ path: 'filterChains', origin }))] };
    },
    takenPorts: (view) => {
      const ports = inbound.ports(JSON.parse(inboundScopeOf(view)) as InboundScope).map(({ targetPort }) => targetPort);
      return view.httpProxyPort > 0 ? [...ports, view.httpProxyPort] : ports;
    },
  };
}

/** What of a view decides its own listeners. */
function keyOf(view: View): string {
  const { role, namespace, labels, addresses, interception, httpProxyPort, secrets } = view;
  return JSON.stringify({ role, namespace, labels, addresses, interception, httpProxyPort, secrets });
}

/** Nobody who takes no mutual TLS has another listener for where his certificate is from. */
function secretsFor(guarded: readonly GuardKey[], { secrets }: View): SecretsFrom | undefined {
  const needs = guarded.some(({ takes }) => takes === 'both' || takes === 'mtls');
  return needs && secrets !== 'none' ? secrets : undefined;
}

/** By which clients of some service of a port ask that tell only in their ALPN whether they speak HTTP. */
function namesOf(mesh: Mesh, { services }: InboundPort): readonly string[] {
  const names = services.flatMap(({ id, port }) => {
    const service = mesh.service(id);
    const declared = service?.ports.find(({ number }) => number === port);
    return service && declared && marksProtocol(service, declared) ? [markedName(service)] : [];
  });
  return [...new Set(names)];
}

/** Services decide that there is something, and routes what becomes of requests there. */
function decidedIn(message: Listener, served: readonly Served[]): Built['decided'] {
  return [
    ...served.map(({ service }) => ({ path: '', origin: service.origin })),
    ...served.filter(({ routed }) => routed).flatMap((one) => inboundRoutesIn(message, one)),
  ];
}

/** Who said whom its ports take. */
function mtlsOrigins(policies: Policies, { namespace, labels }: View, own: Own): readonly Origin[] {
  const ports =
    own.kind === 'inbound'
      ? [own.port.port.targetPort]
      : own.kind === 'virtual-inbound'
        ? [0, ...own.restAt.map(({ port }) => port), ...own.ports.map(({ port }) => port.targetPort)]
        : [];
  const origins = ports.map((port) => policies.mtlsDecision(namespace, labels, port).origin);
  return origins.filter((origin): origin is Origin => origin !== undefined);
}

function enforcedIn(own: Own): readonly EnforcedId[] {
  if (own.kind === 'inbound') return [own.port.enforced];
  if (own.kind !== 'virtual-inbound') return [];
  return [own.rest, ...own.restAt, ...own.ports].map(({ enforced }) => enforced);
}

function once(said: readonly Origin[]): readonly Origin[] {
  return said.filter((origin, i) => i === said.findIndex((one) => sameOrigin(one, origin)));
}

function sameOrigin(a: Origin, b: Origin): boolean {
  return a.object === b.object && a.path === b.path;
}
