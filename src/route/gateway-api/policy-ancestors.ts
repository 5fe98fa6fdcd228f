import { type ObjectKey, parseObjectKey } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { BackendTlsPolicies } from './backend-tls.ts';
import type { BackendUsers } from './backend-users.ts';
import type { ExternalBackends } from './external-backends.ts';
import type { PolicyAncestor } from './gateway-api.ts';
import { type BackendObject, backendObject } from './route-references.ts';
import type { TrafficPolicies } from './traffic-policies.ts';

interface Sources {
  readonly users: Pick<BackendUsers, 'ancestors'>;
  readonly backendTls: BackendTlsPolicies;
  readonly external: ExternalBackends;
  readonly traffic: TrafficPolicies;
}

/** As many as the API lets a policy have, and an XBackend. */
const MOST = 16;
const MOST_OF_BACKEND = 32;

/** A policy is told for each Gateway with a route to what it is about. https://gateway-api.sigs.k8s.io/geps/gep-713/ */
export function createPolicyAncestors(
  graph: Graph,
  { users, backendTls, external, traffic }: Sources,
): Query<readonly PolicyAncestor[], ObjectKey> {
  const ancestorsOf = (objects: readonly BackendObject[]) => {
    const all = objects.flatMap((object) => users.ancestors(object));
    const byName = new Map(all.map((one) => [`${one.kind}/${one.key}`, one]));
    return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  };
  return graph.query('gatewayApi.policyAncestors', (key: ObjectKey): readonly PolicyAncestor[] => {
    const { kind, namespace, name } = parseObjectKey(key);
    const row = `${namespace}/${name}`;
    switch (kind) {
      case 'BackendTLSPolicy': {
        const state = backendTls.state(row);
        const services = backendTls.targets(row).map((service) => backendObject('Service', service));
        // Sidecars encrypt as the mesh does.
        const gateways = ancestorsOf(services).filter((ancestor) => ancestor.kind === 'Gateway');
        return state ? gateways.slice(0, MOST).map((of) => ({ of, ...state })) : [];
      }
      case 'XBackendTrafficPolicy': {
        const state = traffic.state(row);
        const all = ancestorsOf(traffic.targets(row));
        return state ? all.slice(0, MOST).map((of) => ({ of, ...state })) : [];
      }
      case 'XBackend': {
        const state = external.state(row);
        const all = users.ancestors(backendObject('XBackend', row));
        return state ? all.slice(0, MOST_OF_BACKEND).map((of) => ({ of, ...state })) : [];
      }
      default:
        return [];
    }
  });
}
