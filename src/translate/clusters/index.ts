/**
 * Clusters (CDS): one for each port and subset of every service that a view can call, one for each port that it serves.
 *
 *   in   services, rules and traffic policies (mesh), what a scope can call (outbound)
 *   out  a Translator; layers: outbound of a scope and of all, well-known of a role, inbound of a workload, or those that
 *        only servers of a router send to
 *
 * The only file here that knows the graph; all that it calls are pure functions.
 */
import type { Graph } from '../../graph/index.ts';
import type { Layers } from '../../lib/layers.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import type { InboundPort, Mesh, ObjectKey, RuleId } from '../../mesh/index.ts';
import type { Policies } from '../../policy/index.ts';
import { type Cluster, type Entry, encode } from '../../proto/index.ts';
import type { GatewayApi } from '../../route/index.ts';
import type { Views } from '../../view/index.ts';
import { endpointsOf } from '../endpoints/load-assignment.ts';
import { explained } from '../explained.ts';
import type { GatewayPlans } from '../gateway-plan.ts';
import { createInbound, type InboundScope, inboundScopeOf } from '../inbound.ts';
import {
  type CallId,
  elsewhere,
  hostOf,
  type Outbound,
  type OutboundSpec,
  portsToCall,
  type Scope,
  scopeOf,
} from '../outbound.ts';
import { gatherShared } from '../shared-layers.ts';
import type { Built, Translator } from '../translator.ts';
import { createCertifiedClusters } from './certified-clusters.ts';
import { createExternalClusters } from './external-clusters.ts';
import { gatewayTlsOf } from './gateway-tls-of.ts';
import { buildInboundCluster } from './inbound-cluster.ts';
import { buildOutboundCluster, type OutboundCluster } from './outbound-cluster.ts';
import { createSealedClusters } from './sealed-clusters.ts';
import { type Client, clientOf, createSecurity } from './security-of.ts';
import { createSniClusters } from './sni-clusters.ts';
import { createUdpClusters } from './udp-clusters.ts';
import { buildWellKnownClusters } from './well-known.ts';

export function createClusters(
  graph: Graph,
  mesh: Mesh,
  policies: Policies,
  views: Views,
  outbound: Outbound,
  plans: GatewayPlans,
  api: GatewayApi,
): Translator {
  const connectTimeoutMs = graph.query('clusters.connectTimeout', () => mesh.config().connectTimeoutMs);

  const security = createSecurity(graph, mesh, policies);

  const buildOutbound = (spec: OutboundSpec, client: Client): Built<Cluster> | undefined => {
    const service = mesh.service(spec.service);
    const said = service && portsToCall(service).find(({ number }) => number === spec.port);
    if (!service || !said) return undefined;
    const port = spec.isGrpc ? { ...said, protocol: 'grpc' as const } : said;
    const inlinesEndpoints = spec.discovery === 'STRICT_DNS' || spec.discovery === 'LOGICAL_DNS';
    const policy = mesh.trafficPolicy(spec.rule, spec.port, spec.subset);
    return buildOutboundCluster({
      ...spec,
      service,
      port,
      policy,
      ...gatewayTlsOf(spec, policy, api.backendTls),
      ...retryBudgetOf(spec, api),
      rule: firstObject(mesh, spec.rule),
      connectTimeoutMs: connectTimeoutMs(''),
      endpoints: inlinesEndpoints ? endpointsOf(mesh.endpoints(spec.service, spec.port), spec.labels) : [],
      ...security.of(spec, client),
    });
  };
  const outboundEntry = graph.query('cluster', (key) => {
    const [spec, client] = JSON.parse(key) as [OutboundSpec, Client];
    return encoded(buildOutbound(spec, client));
  });
  const ofCall = graph.query('clusters.ofCall', (key) => {
    const { client, what: call } = parseSecured<CallId>(key);
    return outbound.specsOf(call).flatMap((spec) => {
      const entry = outboundEntry(keyOf(spec, security.narrow(spec, client)));
      return entry ? [[spec.name, entry] as const] : [];
    });
  });
  const outboundLayers = gatherShared<Entry>(graph, 'clusters.outbound', {
    families: (key) => outbound.hosts(parseSecured<Scope>(key).what),
    own: (key) => outbound.ownHosts(parseSecured<Scope>(key).what),
    common: (key) => {
      const { client, what: scope } = parseSecured<Scope>(key);
      return secured(client, elsewhere(scope));
    },
    familyOf: hostOf,
    read: (key, host) => {
      const { client, what: scope } = parseSecured<Scope>(key);
      const call = outbound.callOf(scope, host);
      return call === undefined ? [] : ofCall(secured(client, call));
    },
  });

  const buildWellKnown = (role: 'sidecar' | 'router') => buildWellKnownClusters(role, connectTimeoutMs(''));
  const wellKnownLayer = graph.query('clusters.wellKnown', (role) => {
    const clusters = buildWellKnown(role as 'sidecar' | 'router');
    return sharesOf(clusters.map((cluster) => [cluster.name!, encode('cds', cluster)] as const));
  });

  const inbound = createInbound(mesh);
  const buildInbound = (scope: InboundScope, port: InboundPort): Built<Cluster> | undefined => {
    const services = port.services.map(({ id }) => mesh.service(id)).filter((service) => service !== undefined);
    const [first] = services;
    const servicePort = port.services[0]?.port;
    if (!first || servicePort === undefined) return undefined;
    const rule = mesh.ruleFor(scope.namespace, first.id);
    return buildInboundCluster({
      port,
      services: [first, ...services.slice(1)],
      policy: mesh.trafficPolicy(rule, servicePort),
      rule: firstObject(mesh, rule),
      connectTimeoutMs: connectTimeoutMs(''),
      intercepted: scope.interception !== 'none',
    });
  };
  const inboundEntry = graph.query('cluster.inbound', (key) => {
    const [scope, port] = JSON.parse(key) as [InboundScope, InboundPort];
    return encoded(buildInbound(scope, port));
  });
  const inboundLayer = graph.query('clusters.inbound', (key): Shares<Entry> => {
    const scope = JSON.parse(key) as InboundScope;
    const { namespace, interception } = scope;
    const entries = inbound
      .ports(scope)
      .map((port) => inboundEntry(JSON.stringify([{ namespace, interception }, port])))
      .filter((entry) => entry !== undefined);
    return sharesOf(entries.map((entry) => [entry.name, entry] as const));
  });

  const bySni = createSniClusters(graph, outbound, plans, (spec) => buildOutbound(spec, PASSER_BY));
  const certified = createCertifiedClusters(graph, mesh, outbound, api, buildOutbound);
  const sealed = createSealedClusters(graph, outbound, plans, buildOutbound);
  const ofDatagrams = createUdpClusters(graph, mesh, plans, () => connectTimeoutMs(''));

  const external = createExternalClusters(graph, mesh, api, () => connectTimeoutMs(''));

  /** What only servers of a router send to. */
  const ofServers = [bySni, ofDatagrams, certified, sealed];

  const resources = graph.query('clusters', (viewId): Layers<Entry> => {
    const view = views.view(viewId);
    const shared = [...outboundLayers(secured(clientOf(view), scopeOf(view))), wellKnownLayer(view.role)];
    const outside = external.layer(view);
    // Behind those of the scope, nobody hears of clusters for hosts that a namespace calls in its own way.
    if (view.role === 'router') return [outside, ...ofServers.map(({ layer }) => layer(view)), ...shared];
    // What no other proxy has comes last: what is before it is sent to all who share it in the same bytes.
    return [outside, ...shared, inboundLayer(inboundScopeOf(view))];
  });
  const explain = (viewId: string, name: string): Built<Cluster> | undefined => {
    const view = views.view(viewId);
    const spec = outbound.clusters(scopeOf(view), hostOf(name)).find((candidate) => candidate.name === name);
    if (spec) return buildOutbound(spec, clientOf(view));
    const wellKnown = buildWellKnown(view.role).find((cluster) => cluster.name === name);
    if (wellKnown) return { message: wellKnown, decided: [] };
    const outside = external.build(view, name);
    if (outside) return outside;
    if (view.role === 'router') {
      return ofServers.map(({ build }) => build(view, name)).find((built) => built !== undefined);
    }
    const scope = JSON.parse(inboundScopeOf(view)) as InboundScope;
    return inbound
      .ports(scope)
      .map((port) => buildInbound(scope, port))
      .find((built) => built?.message.name === name);
  };
  return { type: 'cds', resources, explain: (viewId, name) => explained(explain(viewId, name)) };
}

/** Somebody who has no part in what is encrypted. */
const PASSER_BY: Client = { secrets: 'none', credentialsOf: undefined };

/**
 * What some clients see or call, as a key: `ads/shop/router/shop`, `none//intercepted/shop`. Read once for every host of
 * every namespace, where JSON would take longer than all else.
 */
type Secured = string;

function secured({ secrets, credentialsOf = '' }: Client, what: Scope | CallId): Secured {
  return `${secrets}/${credentialsOf}/${what}`;
}

function parseSecured<T extends Scope | CallId>(key: Secured): { readonly client: Client; readonly what: T } {
  const first = key.indexOf('/');
  const second = key.indexOf('/', first + 1);
  const credentialsOf = key.slice(first + 1, second) || undefined;
  const secrets = key.slice(0, first) as Client['secrets'];
  return { client: { secrets, credentialsOf }, what: key.slice(second + 1) as T };
}

/** The narrowest key of an outbound cluster: whoever sees the same rule shares one encoding. */
function keyOf(spec: OutboundSpec, client: Client): string {
  const { name, service, port, subset, labels, rule, discovery, detectsProtocol, isGrpc } = spec;
  const { backendTls, budgeted } = spec;
  const ruled = { name, service, port, subset, labels, rule, discovery, detectsProtocol, isGrpc, backendTls, budgeted };
  return JSON.stringify([ruled, client]);
}

function retryBudgetOf({ budgeted }: OutboundSpec, api: GatewayApi): Pick<OutboundCluster, 'retryBudget'> {
  const found = budgeted === undefined ? undefined : api.retryBudget(budgeted);
  return found ? { retryBudget: found } : {};
}

function encoded(built: Built<Cluster> | undefined): Entry | undefined {
  return built && encode('cds', built.message);
}

function firstObject(mesh: Mesh, rule: RuleId | undefined): ObjectKey | undefined {
  return rule === undefined ? undefined : mesh.ruleObjects(rule)[0];
}
