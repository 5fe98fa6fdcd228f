/**
 * Endpoints (EDS): one ClusterLoadAssignment for each cluster that asks for one.
 *
 *   in   endpoints (mesh), what a scope can call (outbound)
 *   out  a Translator; layers: of a scope, and of all
 *
 * The only file here that knows the graph; all that it calls are pure functions.
 */
import { isIP } from 'node:net';
import type { Graph } from '../../graph/index.ts';
import type { Layers } from '../../lib/layers.ts';
import type { Endpoint, Labels, Mesh, ServiceId } from '../../mesh/index.ts';
import type { Policies } from '../../policy/index.ts';
import { type ClusterLoadAssignment, type Entry, encode } from '../../proto/index.ts';
import type { Views } from '../../view/index.ts';
import { explained } from '../explained.ts';
import { elsewhere, hostOf, type Outbound, scopeOf } from '../outbound.ts';
import { gatherShared } from '../shared-layers.ts';
import type { Built, Translator } from '../translator.ts';
import { buildLoadAssignment, endpointsOf } from './load-assignment.ts';
import { createTakesMtls } from './takes-mtls.ts';

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
  const resources = graph.query('endpoints', (viewId): Layers<Entry> => layers(scopeOf(views.view(viewId))));
  const explain = (viewId: string, name: string): Built<ClusterLoadAssignment> | undefined => {
    const specs = outbound.clusters(scopeOf(views.view(viewId)), hostOf(name));
    const spec = specs.find((candidate) => candidate.name === name && candidate.discovery === 'EDS');
    return spec && build(spec);
  };
  return { type: 'eds', resources, explain: (viewId, name) => explained(explain(viewId, name)) };
}

/** Envoy refuses a whole assignment for one name in it: names are looked up by DNS clusters only. */
function canBeDiscovered({ address }: Endpoint): boolean {
  return isIP(address) !== 0 || address.startsWith('unix://');
}
