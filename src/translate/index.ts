/**
 * Translation: what Envoys are told, as pure functions of what is true.
 *
 *   in   a view, the mesh, the routes
 *   out  a Translator for each xDS type: resources of a view in layers that views share, and explain for one of them
 *
 * Knows no stream, no object as users write it, and no Node.
 */
import type { Graph } from '../graph/index.ts';
import type { Mesh } from '../mesh/index.ts';
import type { Policies } from '../policy/index.ts';
import type { XdsType } from '../proto/index.ts';
import type { Routing } from '../route/index.ts';
import type { Views } from '../view/index.ts';
import { createClusters } from './clusters/index.ts';
import { createLackingCertificates } from './clusters/lacking-certificates.ts';
import { createLackingSecrets } from './clusters/lacking-secrets.ts';
import { createEndpoints } from './endpoints/index.ts';
import { createEnforcement } from './enforced.ts';
import { createGatewayPlans } from './gateway-plan.ts';
import { createListeners } from './listeners/index.ts';
import { createOutbound } from './outbound.ts';
import { createRoutes } from './routes/index.ts';
import { createSecrets } from './secrets/index.ts';
import type { WorkloadSecrets } from './secrets/workload-secrets.ts';
import type { Translator } from './translator.ts';

export {
  createWorkloadSecrets,
  ROOTS_ROW,
  type TrustBundle,
  type WorkloadCertificate,
  type WorkloadSecrets,
} from './secrets/workload-secrets.ts';
export type { Built, Decided, LeftOut, Translator } from './translator.ts';

export function createTranslators(
  graph: Graph,
  mesh: Mesh,
  routing: Routing,
  policies: Policies,
  views: Views,
  workloadSecrets: WorkloadSecrets,
): Readonly<Record<XdsType, Translator>> {
  const outbound = createOutbound(graph, mesh, routing.gatewayApi);
  const enforcement = createEnforcement(graph, policies, mesh);
  const plans = createGatewayPlans(graph, mesh, routing, outbound);
  const lackingSecrets = createLackingSecrets(mesh, routing, views);
  const lackingCertificates = createLackingCertificates(mesh, routing.gatewayApi, views);
  const { rds, vhds } = createRoutes(graph, mesh, routing, views, plans);
  return {
    cds: {
      ...createClusters(graph, mesh, policies, views, outbound, plans, routing.gatewayApi),
      leftOut: (view) => [...lackingSecrets(view), ...lackingCertificates(view)],
    },
    eds: createEndpoints(graph, mesh, policies, views, outbound, plans),
    lds: createListeners(graph, mesh, routing, policies, enforcement, views, outbound, plans),
    rds,
    vhds,
    sds: createSecrets(graph, mesh, plans, views, workloadSecrets, routing.gatewayApi),
  };
}
