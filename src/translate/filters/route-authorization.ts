import { type HttpExtAuthz, type HttpFilter, type ListStringMatcher, pack, type TypedAny } from '../../proto/index.ts';
import type { ExternalAuthorization } from '../../route/index.ts';
import { destinationCluster } from '../names.ts';
import { duration } from '../values.ts';
import { allBut } from './all-but.ts';

/** The filter by which routes ask somebody about their requests. Not the one that policies ask by. */
export const ROUTE_AUTHORIZATION = 'pharos.route_authorization';

/**
 * Stands in the chain for all routes and does nothing by itself: those that ask say, as their own configuration of it,
 * which filter is to be put in its place. ext_authz alone would not do: a route cannot tell it which headers are told.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/composite_filter
 */
export function routeAuthorization(): HttpFilter {
  return {
    name: ROUTE_AUTHORIZATION,
    typedConfig: pack('envoy.extensions.common.matching.v3.ExtensionWithMatcher', {
      extensionConfig: {
        name: 'envoy.filters.http.composite',
        typedConfig: pack('envoy.extensions.filters.http.composite.v3.Composite', {}),
      },
      xdsMatcher: {},
    }),
    disabled: true,
  };
}

/** Undefined: there is nobody to ask. Such a route answers by itself. */
export function authorizationOfRoute(asked: ExternalAuthorization): TypedAny | undefined {
  if (asked.to.kind === 'broken') return undefined;
  const who = { cluster: destinationCluster(asked.to), authority: authorityOf(asked.to) };
  const filter = {
    name: 'envoy.filters.http.ext_authz',
    typedConfig: pack('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', extAuthz(asked, who)),
  };
  const action = {
    name: 'ask',
    typedConfig: pack('envoy.extensions.filters.http.composite.v3.ExecuteFilterAction', { typedConfig: filter }),
  };
  return pack('envoy.extensions.common.matching.v3.ExtensionWithMatcherPerRoute', {
    xdsMatcher: { onNoMatch: { action } },
  });
}

interface Asked {
  readonly cluster: string;
  readonly authority: string;
}

/** Envoy would say the name of the cluster, and servers of gRPC take no authority with `|` in it. */
function authorityOf(to: Exclude<ExternalAuthorization['to'], { readonly kind: 'broken' }>): string {
  return to.kind === 'service' ? to.host : to.backend.split('/').toReversed().join('.');
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#httpexternalauthfilter */
function extAuthz(asked: ExternalAuthorization, { cluster, authority }: Asked): HttpExtAuthz {
  const { protocol, allowedRequestHeaders, maxBodyBytes } = asked;
  return {
    ...(protocol === 'grpc'
      ? { grpcService: { envoyGrpc: { clusterName: cluster, authority }, timeout: TIMEOUT } }
      : { httpService: httpService(asked, cluster) }),
    transportApiVersion: 'V3',
    allowedHeaders: allowedRequestHeaders.length > 0 ? names(allowedRequestHeaders) : undefined,
    // A longer body is refused.
    withRequestBody: maxBodyBytes > 0 ? { maxRequestBytes: maxBodyBytes, packAsBytes: protocol === 'grpc' } : undefined,
  };
}

function httpService(
  { pathPrefix, allowedResponseHeaders }: ExternalAuthorization,
  cluster: string,
): HttpExtAuthz['httpService'] {
  const allowed = allowedResponseHeaders.filter((name) => !OF_THE_ANSWER.includes(name.toLowerCase()));
  return {
    // Envoy wants a URI, and calls the cluster.
    serverUri: { uri: 'http://authorization', cluster, timeout: TIMEOUT },
    pathPrefix: pathPrefix || undefined,
    authorizationResponse: {
      allowedUpstreamHeaders:
        allowedResponseHeaders.length > 0
          ? names(allowed)
          : { patterns: [{ safeRegex: { regex: allBut(OF_THE_ANSWER) } }] },
    },
  };
}

/**
 * What is about the answer itself. On the request it would say where a body ends that is another one:
 * https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
const OF_THE_ANSWER: readonly string[] = [
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'host',
  'keep-alive',
  'proxy-connection',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-envoy-upstream-service-time',
];

/** Long enough for whoever thinks, short enough for whoever waits. */
const TIMEOUT = duration(10_000);

function names(list: readonly string[]): ListStringMatcher {
  return { patterns: list.map((name) => ({ exact: name.toLowerCase(), ignoreCase: true })) };
}
