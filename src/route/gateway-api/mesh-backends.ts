import { type ObjectKey, parseObjectKey } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import type { GatewayApi } from './gateway-api.ts';
import { meshPortsKey } from './mesh-attachments.ts';
import { askedBy } from './route-references.ts';
import { createRuleReferences } from './rule-references.ts';

/** The hosts to which the routes send that a Service's own namespace has for it, by the Service's object. */
export function createMeshBackends(graph: Graph, store: Tables, api: GatewayApi): Query<readonly string[], ObjectKey> {
  const referencesIn = createRuleReferences(store);
  const ofRoute = graph.query('gatewayApi.meshRouteBackends', (route: ObjectKey): readonly string[] => {
    const { kind, namespace } = parseObjectKey(route);
    const hosts = referencesIn(route).flatMap(({ ref }) => {
      const backend = api.backend(askedBy({ kind, namespace, inMesh: true }, ref));
      return backend.kind === 'service' ? [backend.host] : [];
    });
    return [...new Set(hosts)].sort();
  });
  return graph.query('gatewayApi.meshBackends', (parent: ObjectKey): readonly string[] => {
    const ports = api.meshPorts(meshPortsKey(parent, parseObjectKey(parent).namespace));
    const hosts = ports.flatMap(({ routes }) => routes).flatMap(({ key }) => ofRoute(key));
    return [...new Set(hosts)].sort();
  });
}
