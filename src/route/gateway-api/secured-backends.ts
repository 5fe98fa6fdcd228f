import { type ObjectKey, parseObjectKey } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import type { GatewayApi, SecuredBackend } from './gateway-api.ts';
import { askedBy } from './route-references.ts';
import { createRuleReferences } from './rule-references.ts';

type Known = Pick<GatewayApi, 'listeners' | 'attached' | 'backend'>;

/** Where the routes of a Gateway send what is encrypted. Only Gateways with a client certificate are asked about. */
export function createSecuredBackends(graph: Graph, store: Tables, api: Known): Query<readonly SecuredBackend[]> {
  const referencesIn = createRuleReferences(store);
  const ofRoute = graph.query('gatewayApi.securedBackendsOfRoute', (key: ObjectKey): readonly SecuredBackend[] => {
    const { kind, namespace } = parseObjectKey(key);
    return referencesIn(key).flatMap(({ ref }) => {
      const backend = api.backend(askedBy({ kind, namespace }, ref));
      return backend.kind === 'service' && backend.isSecured ? [{ host: backend.host, port: backend.port }] : [];
    });
  });
  return graph.query('gatewayApi.securedBackends', (gateway): readonly SecuredBackend[] => {
    const routes = api.listeners(gateway).flatMap(({ id }) => api.attached(id).map(({ route }) => route));
    const all = [...new Set(routes)].flatMap(ofRoute);
    return [...new Map(all.map((one) => [`${one.host}:${one.port}`, one])).values()];
  });
}
