import { type ObjectKey, parseObjectKey } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import type { ExternalDestination } from '../route.ts';
import type { BackendUsers } from './backend-users.ts';
import type { GatewayApi, Parent } from './gateway-api.ts';
import { askedBy, backendObject } from './route-references.ts';
import { createRuleReferences } from './rule-references.ts';

/** What is called outside, each once: only who calls it is told of it. */
export interface ExternalUses {
  /** By Gateway. */
  readonly atGateway: Query<readonly ExternalDestination[]>;
  /** By the namespace of clients in the mesh. */
  readonly inMesh: Query<readonly ExternalDestination[]>;
}

type Known = Pick<GatewayApi, 'attachments' | 'listeners' | 'backend'> & Pick<BackendUsers, 'routesTo'>;

export function createExternalUses(graph: Graph, store: Tables, api: Known): ExternalUses {
  const referencesIn = createRuleReferences(store);
  /** Few routes lead outside, so each of them is asked. */
  const routes = graph.query('external.routes', (): readonly ObjectKey[] => {
    const backends = store.xBackends.keys().map((row) => backendObject('XBackend', row));
    return [...new Set(backends.flatMap(api.routesTo))].sort();
  });
  const usesOf = (route: ObjectKey, inMesh: boolean): readonly ExternalDestination[] => {
    const { kind, namespace } = parseObjectKey(route);
    const from = { kind, namespace, ...(inMesh && { inMesh: true as const }) };
    return referencesIn(route).flatMap(({ ref, byGrpc }) => {
      const found = api.backend(askedBy(from, ref));
      return found.kind === 'external' ? [byGrpc ? byCalls(found.to) : found.to] : [];
    });
  };
  return {
    atGateway: graph.query('external.atGateway', (gateway): readonly ExternalDestination[] => {
      const uses = routes('').flatMap((route) => {
        const ids = api.attachments(route).flatMap(({ listeners }) => listeners.map(({ id }) => id));
        const here = api.listeners(gateway).filter(({ id }) => ids.includes(id));
        const own = here.length === 0 ? [] : usesOf(route, false);
        return here.flatMap(({ tls }) => (tls?.mode === 'passthrough' ? own.map(sealed) : own));
      });
      return once(uses);
    }),
    inMesh: graph.query('external.inMesh', (namespace): readonly ExternalDestination[] => {
      const holding = routes('').filter((route) =>
        api.attachments(route).some(({ parent, accepted }) => accepted.ok && isFor(namespace, route, parent)),
      );
      return once(holding.flatMap((route) => usesOf(route, true)));
    }),
  };
}

/** As the client sent it. */
export function sealed(to: ExternalDestination): ExternalDestination {
  return { ...to, speaks: 'sealed' };
}

/** Of whoever is asked by gRPC: calls need HTTP/2, unless he says himself that he does not speak it. */
export function byCalls(to: ExternalDestination): ExternalDestination {
  return to.speaks === 'http' ? { ...to, speaks: 'http2' } : to;
}

/** Routes of a Service's own namespace are for all, others for the clients of their namespace. */
function isFor(clients: string, route: ObjectKey, parent: Parent): boolean {
  const { namespace } = parseObjectKey(route);
  return parent.kind === 'Service' && [parent.key.split('/')[0], clients].includes(namespace);
}

function once(uses: readonly ExternalDestination[]): readonly ExternalDestination[] {
  return [...new Map(uses.map((one) => [JSON.stringify(one), one])).values()];
}
