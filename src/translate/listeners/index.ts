/**
 * Listeners (LDS): where connections come in.
 *
 *   in   services (mesh), gateway servers (routing), what a scope can call (outbound)
 *   out  a Translator; layers: outbound of a scope, own of a workload; or the gateway ports of a router
 *
 * Only outbound.ts, own.ts and gateway.ts know the graph; all that they call are pure functions.
 */
import type { Graph } from '../../graph/index.ts';
import type { Layers } from '../../lib/layers.ts';
import type { Mesh } from '../../mesh/index.ts';
import type { Policies } from '../../policy/index.ts';
import type { Entry } from '../../proto/index.ts';
import type { Routing } from '../../route/index.ts';
import type { Views } from '../../view/index.ts';
import type { Enforcement } from '../enforced.ts';
import { explained } from '../explained.ts';
import type { GatewayPlans } from '../gateway-plan.ts';
import { createInbound } from '../inbound.ts';
import { BLACK_HOLE_CLUSTER, PASSTHROUGH_CLUSTER } from '../names.ts';
import type { Outbound } from '../outbound.ts';
import type { Translator } from '../translator.ts';
import { createGatewayListeners } from './gateway.ts';
import { createOutboundListeners } from './outbound.ts';
import { createOwnListeners } from './own.ts';

export function createListeners(
  graph: Graph,
  mesh: Mesh,
  routing: Routing,
  policies: Policies,
  enforcement: Enforcement,
  views: Views,
  outbound: Outbound,
  plans: GatewayPlans,
): Translator {
  const otherwise = graph.query('listeners.otherwise', () =>
    mesh.config().outboundTrafficPolicy === 'allow-any' ? PASSTHROUGH_CLUSTER : BLACK_HOLE_CLUSTER,
  );
  const normalization = graph.query('listeners.normalization', () => mesh.config().pathNormalization);
  const settings = { otherwise: () => otherwise(''), pathNormalization: () => normalization('') };
  const toOthers = createOutboundListeners(graph, mesh, routing, outbound, settings);
  const own = createOwnListeners(graph, mesh, routing, policies, enforcement, createInbound(mesh), settings);
  const gateway = createGatewayListeners(graph, mesh, plans, enforcement);

  const resources = graph.query('listeners', (viewId): Layers<Entry> => {
    const view = views.view(viewId);
    if (view.role === 'router') return [gateway.layer(view)];
    const taken = view.interception === 'none' ? own.takenPorts(view) : [];
    const client = toOthers.clientOf(view);
    return [taken.length > 0 ? toOthers.layerWithout(client, taken) : toOthers.layer(client), own.layer(view)];
  });
  return {
    type: 'lds',
    resources,
    explain: (viewId, name) => {
      const view = views.view(viewId);
      if (view.role === 'router') return explained(gateway.build(view, name));
      return explained(own.build(view, name) ?? toOthers.build(toOthers.clientOf(view), name));
    },
    leftOut: (viewId) => {
      const view = views.view(viewId);
      return view.role === 'router' ? gateway.leftOut(view) : [];
    },
  };
}
