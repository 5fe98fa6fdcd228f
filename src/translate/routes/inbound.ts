import type { Protocol } from '../../mesh/index.ts';
import type { RouteConfiguration } from '../../proto/index.ts';
import { inboundClusterName, inboundVirtualHostName } from '../names.ts';

export interface InboundRouteParts {
  readonly targetPort: number;
  readonly protocol: Protocol;
  /** The service that leads here, for the name in traces. */
  readonly host: string;
  readonly port: number;
}

/** Everything that arrives on an inbound port goes to the application. Stands inline in the listener. */
export function buildInboundRouteConfiguration(parts: InboundRouteParts): RouteConfiguration {
  const cluster = inboundClusterName(parts.targetPort);
  return {
    name: cluster,
    validateClusters: false,
    virtualHosts: [
      {
        name: inboundVirtualHostName(parts.port),
        domains: ['*'],
        routes: [
          {
            name: 'default',
            match: { prefix: '/' },
            decorator: { operation: `${parts.host}:${parts.port}/*` },
            route: {
              cluster,
              timeout: '0s',
              maxStreamDuration: { maxStreamDuration: '0s', grpcTimeoutHeaderMax: '0s' },
              retryPolicy: isGrpc(parts.protocol) ? undefined : RESET_BEFORE_REQUEST,
            },
          },
        ],
      },
    ],
  };
}

/** The application closed the connection just when a request came: it has not seen it. */
const RESET_BEFORE_REQUEST = { retryOn: 'reset-before-request', numRetries: 2 };

function isGrpc(protocol: Protocol): boolean {
  return protocol === 'grpc' || protocol === 'grpc-web';
}
