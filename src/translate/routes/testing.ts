import { entriesIn } from '../../lib/layers.ts';
import { decode, typeUrlOf } from '../../proto/index.ts';
import type { World } from '../../route/testing.ts';
import type { ViewId } from '../../view/index.ts';
import { fakeViews } from '../fake-views.ts';
import { createGatewayPlans } from '../gateway-plan.ts';
import { createOutbound } from '../outbound.ts';
import { createRoutes } from './index.ts';

/** A message as far as tests look at it. */
export interface Shown {
  readonly name: string;
  readonly domains?: readonly string[];
  readonly routes?: readonly Record<string, unknown>[];
  readonly virtualHosts?: readonly Shown[];
  readonly vhds?: object;
  readonly requireTls?: string;
}

export function translators(w: World) {
  const plans = createGatewayPlans(w.graph, w.mesh, w.routing, createOutbound(w.graph, w.mesh, w.routing.gatewayApi));
  return createRoutes(w.graph, w.mesh, w.routing, fakeViews(w.graph), plans);
}

/** Everything of a type that a view is sent, by name. */
export function sent(w: World, view: ViewId, type: 'rds' | 'vhds' = 'rds'): Readonly<Record<string, Shown>> {
  const entries = [...entriesIn(translators(w)[type].resources(view))];
  const shown = entries.map(([name, entry]) => {
    if (entry.version === undefined) throw new Error(`${name} is held: ${JSON.stringify(entry.violations)}`);
    return [name, decode(typeUrlOf(type), entry.bytes) as unknown as Shown] as const;
  });
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
}
