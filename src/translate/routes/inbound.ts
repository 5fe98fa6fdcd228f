import type { Protocol } from '../../mesh/index.ts';
import type { Route, RouteAction, RouteConfiguration, VirtualHost } from '../../proto/index.ts';
import type { InboundHost } from '../../route/index.ts';
import { inboundClusterName, inboundVirtualHostName } from '../names.ts';
import type { Decided } from '../translator.ts';
import { buildInboundRoute, NOT_FOUND } from './inbound-route.ts';

export interface InboundRouteParts {
  readonly targetPort: number;
  readonly protocol: Protocol;
  /** The service that leads here, for the name in traces. */
  readonly host: string;
  readonly port: number;
  /** Undefined: everything that arrives goes to the application. */
  readonly routed: readonly InboundHost[] | undefined;
}

/** What arrives on an inbound port goes to the application. Stands inline in the listener. */
export function buildInboundRouteConfiguration(parts: InboundRouteParts): RouteConfiguration {
  const cluster = inboundClusterName(parts.targetPort);
  const decorator = { operation: `${parts.host}:${parts.port}/*` };
  const action: RouteAction = {
    cluster,
    timeout: '0s',
    maxStreamDuration: { maxStreamDuration: '0s', grpcTimeoutHeaderMax: '0s' },
    retryPolicy: isGrpc(parts.protocol) ? undefined : RESET_BEFORE_REQUEST,
  };
  const name = inboundVirtualHostName(parts.port);
  const everything: Route = { name: 'default', match: { prefix: '/' }, decorator, route: action };
  const ofHost = ({ host, routes }: InboundHost): VirtualHost => ({
    name: host === '*' ? name : `${name}|${host}`,
    domains: [host],
    routes: [...routes.map((route) => buildInboundRoute(route, { decorator, action })), NOT_FOUND],
  });
  return {
    name: cluster,
    validateClusters: false,
    virtualHosts: parts.routed?.map(ofHost) ?? [{ name, domains: ['*'], routes: [everything] }],
    // Clients write the port of the service that they call.
    ignorePortInHostMatching: parts.routed && true,
  };
}

/** Who decided what in it. */
export function inboundRoutesDecided({ routed = [] }: Pick<InboundRouteParts, 'routed'>): readonly Decided[] {
  return routed.flatMap(({ routes }, i) =>
    routes.map(({ origin }, j) => ({ path: `virtualHosts[${i}].routes[${j}]`, origin })),
  );
}

/** The application closed the connection just when a request came: it has not seen it. */
const RESET_BEFORE_REQUEST = { retryOn: 'reset-before-request', numRetries: 2 };

function isGrpc(protocol: Protocol): boolean {
  return protocol === 'grpc' || protocol === 'grpc-web';
}
