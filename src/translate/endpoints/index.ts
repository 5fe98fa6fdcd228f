/**
 * Endpoints (EDS): one ClusterLoadAssignment for each cluster that asks for one.
 *
 *   in   endpoints (mesh), what a scope can call (outbound), UDP ports of a router (gateway-plan)
 *   out  a Translator; layers: of a scope, and of all, and of a router's UDP ports
 *
 * Only this file and udp.ts know the graph; all that they call are pure functions.
 */
import { isIP } from 'node:net';
import type { Graph } from '../../graph/index.ts';
import type { Layers } from '../../lib/layers.ts';
import type { Endpoint, Labels, Mesh, ServiceId } from '../../mesh/index.ts';
import type { Policies } from '../../policy/index.ts';
import { type ClusterLoadAssignment, type Entry, encode } from '../../proto/index.ts';
import type { Views } from '../../view/index.ts';
import { explained } from '../explained.ts';
import type { GatewayPlans } from '../gateway-plan.ts';
import { elsewhere, hostOf, type Outbound, scopeOf } from '../outbound.ts';
import { gatherShared } from '../shared-layers.ts';
import type { Built, Translator } from '../translator.ts';
import { buildLoadAssignment, endpointsOf } from './load-assignment.ts';
import { createTakesMtls } from './takes-mtls.ts';
import { createUdpEndpoints } from './udp.ts';

/** All that an assignment depends on; not the client, so that all clients share it. */
interface Assignment {
  readonly name: string;
  readonly service: ServiceId;
  readonly port: number;
  readonly labels: Labels;
}

export function createEndpoints(
  graph: Graph,
  mesh: Mesh,
  policies: Policies,
  views: Views,
  outbound: Outbound,
  plans: GatewayPlans,
): Translator {
  const takesMtls = createTakesMtls(mesh, policies);
  const build = ({ name, service, port, labels }: Assignment): Built<ClusterLoadAssignment> => {
    const endpoints = endpointsOf(mesh.endpoints(service, port), labels).filter(canBeDiscovered);
    const origin = mesh.service(service)?.origin;
    const isMtls = (endpoint: Endpoint) => takesMtls(service, endpoint);
    return { message: buildLoadAssignment(name, endpoints, isMtls), decided: origin ? [{ path: '', origin }] : [] };
  };
  const entry = graph.query('endpoints.assignment', (key) =>
    encode('eds', build(JSON.parse(key) as Assignment).message),
  );
  const ofCall = graph.query('endpoints.ofCall', (call) =>
    outbound
      .specsOf(call)
      .filter(({ discovery }) => discovery === 'EDS')
      .map(
        ({ name, service, port, labels }) => [name, entry(JSON.stringify({ name, service, port, labels }))] as const,
      ),
  );
  const layers = gatherShared<Entry>(graph, 'endpoints.outbound', {
    families: outbound.hosts,
    own: outbound.ownHosts,
    common: elsewhere,
    familyOf: hostOf,
    read: (scope, host) => {
      const call = outbound.callOf(scope, host);
      return call === undefined ? [] : ofCall(call);
    },
  });
  const datagrams = createUdpEndpoints(graph, mesh, plans);
  const resources = graph.query('endpoints', (viewId): Layers<Entry> => {
    const view = views.view(viewId);
    const shared = layers(scopeOf(view));
    // First, so that no host that a namespace calls in its own way hides it.
    return view.role === 'router' ? [datagrams.layer(view), ...shared] : shared;
  });
  const explain = (viewId: string, name: string): Built<ClusterLoadAssignment> | undefined => {
    const view = views.view(viewId);
    const specs = outbound.clusters(scopeOf(view), hostOf(name));
    const spec = specs.find((candidate) => candidate.name === name && candidate.discovery === 'EDS');
    if (spec) return build(spec);
    return view.role === 'router' ? datagrams.build(view, name) : undefined;
  };
  return { type: 'eds', resources, explain: (viewId, name) => explained(explain(viewId, name)) };
}

/** Envoy refuses a whole assignment for one name in it: names are looked up by DNS clusters only. */
function canBeDiscovered({ address }: Endpoint): boolean {
  return isIP(address) !== 0 || address.startsWith('unix://');
}
