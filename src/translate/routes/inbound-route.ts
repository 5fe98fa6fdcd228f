import { NO_ROUTE } from '../../policy/index.ts';
import type { RouteAction, Route as RouteMessage } from '../../proto/index.ts';
import type { InboundRoute } from '../../route/index.ts';
import { routeMetadata } from '../filters/index.ts';
import { configPath } from '../names.ts';
import { duration } from '../values.ts';
import { buildDirectResponse, buildRedirect } from './answer.ts';
import { buildFilterConfig } from './filters.ts';
import { buildHeaderOperations } from './headers.ts';
import { buildMatch } from './match.ts';
import { buildPathRewrite } from './path-rewrite.ts';

/** What a route has that says nothing of it. */
interface Usual {
  readonly decorator: RouteMessage['decorator'];
  readonly action: RouteAction;
}

/** Says by its metadata which route it is, so that the filter before it knows who is let in. */
export function buildInboundRoute(route: InboundRoute, { decorator, action }: Usual): RouteMessage {
  const { name, match, policy, origin } = route;
  return {
    name,
    match: buildMatch(match),
    ...actionOf(route, action),
    metadata: { filterMetadata: { istio: { config: configPath(origin.object) }, ...routeMetadata(origin.object) } },
    decorator,
    typedPerFilterConfig: buildFilterConfig({ ...(policy.cors && { cors: policy.cors }) }),
    ...buildHeaderOperations([policy.headers]),
  };
}

/** Nobody has to be let in to be told that there is nothing. */
export const NOT_FOUND: RouteMessage = {
  name: 'no-route',
  match: { prefix: '/' },
  directResponse: { status: 404 },
  metadata: { filterMetadata: routeMetadata(NO_ROUTE) },
};

function actionOf({ action, match, policy }: InboundRoute, usual: RouteAction) {
  switch (action.kind) {
    case 'redirect':
      return { redirect: buildRedirect(action, match.path) };
    case 'direct-response':
      return { directResponse: buildDirectResponse(action) };
    case 'deliver': {
      const { rewritePath, rewriteHost } = action;
      const route: RouteAction = {
        ...usual,
        ...(policy.timeoutMs !== undefined && { timeout: duration(policy.timeoutMs) }),
        ...(rewritePath && buildPathRewrite(rewritePath, match.path)),
        hostRewriteLiteral: rewriteHost,
      };
      return { route };
    }
  }
}
