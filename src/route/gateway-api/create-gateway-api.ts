import type { Graph } from '../../graph/index.ts';
import type { Mesh } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import { createBackendTls } from './backend-tls.ts';
import { createBackendUsers } from './backend-users.ts';
import { createBackends } from './backends.ts';
import { createCaReferences } from './ca-references.ts';
import { createAttachments } from './create-attachments.ts';
import { createGateways } from './create-gateways.ts';
import { createExternalBackends } from './external-backends.ts';
import { createExternalUses } from './external-uses.ts';
import type { GatewayApi } from './gateway-api.ts';
import { createGrpcBackends } from './grpc-backends.ts';
import { createAdmits } from './namespaces.ts';
import type { GatewayOptions } from './options.ts';
import { createPolicyAncestors } from './policy-ancestors.ts';
import { createReferenceGrants } from './reference-grants.ts';
import type { BackendObject } from './route-references.ts';
import { createRouteState } from './route-state.ts';
import { createSecuredBackends } from './secured-backends.ts';
import { createServedBy } from './served-by.ts';
import { createTrafficPolicies } from './traffic-policies.ts';

/** The meaning of Gateway API's objects. */
export function createGatewayApi(graph: Graph, store: Tables, mesh: Mesh, options: GatewayOptions): GatewayApi {
  const grants = createReferenceGrants(graph, store);
  const admits = createAdmits(store);
  const caCertificates = createCaReferences(graph, store);
  const gateways = createGateways(graph, store, mesh, options, { ...grants, admits, caCertificates });
  const attaching = createAttachments(graph, store, gateways, admits);
  const { attachments, attached } = attaching;
  const backendTls = createBackendTls(graph, store, caCertificates);
  const { permits } = grants;
  const external = createExternalBackends(graph, store, { permits, caCertificates, keyPair: mesh.credentials.keyPair });
  const traffic = createTrafficPolicies(graph, store);
  const backend = createBackends(graph, store, mesh, grants, { backendTls, external, traffic });
  const users = createBackendUsers(graph, store, attachments);
  const { listeners } = gateways;
  return {
    gateways: gateways.gateways,
    gateway: gateways.gateway,
    gatewayClass: gateways.gatewayClass,
    listenerSet: gateways.listenerSet,
    listeners,
    ...attaching,
    backend,
    ...createRouteState(graph, store, backend),
    backendTls,
    isGrpcBackend: createGrpcBackends(graph, store, permits),
    securedBackends: createSecuredBackends(graph, store, { ...gateways, attached, backend }),
    external: { ...external, ...createExternalUses(graph, store, { attachments, listeners, backend, ...users }) },
    trafficPolicyState: traffic.state,
    retryBudget: graph.query('gatewayApi.retryBudget', (object: BackendObject) =>
      users.ancestors(object).length === 0 ? undefined : traffic.retryBudget(object),
    ),
    policyAncestors: createPolicyAncestors(graph, { users, backendTls, external, traffic }),
    servedBy: createServedBy(graph, store, mesh, gateways),
  };
}
