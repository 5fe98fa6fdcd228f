import type { Provider } from '../../policy/index.ts';
import type {
  GrpcService,
  HttpExtAuthz,
  ListStringMatcher,
  MetadataMatcher,
  NetworkExtAuthz,
  StringMatcher,
} from '../../proto/index.ts';
import { duration } from '../values.ts';

export type HttpProvider = Extract<Provider, { readonly kind: 'http' }>;
export type GrpcProvider = Extract<Provider, { readonly kind: 'grpc' }>;

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/ext_authz_filter */
export function buildHttpExtAuthz(provider: HttpProvider | GrpcProvider, asked: MetadataMatcher): HttpExtAuthz {
  const { failOpen, statusOnError, body, clearRouteCache } = provider;
  return {
    ...(provider.kind === 'grpc' ? { grpcService: grpcService(provider) } : httpService(provider)),
    transportApiVersion: 'V3',
    failureModeAllow: failOpen,
    statusOnError: statusOnError === undefined ? undefined : { code: statusCode(statusOnError) },
    withRequestBody: body && {
      maxRequestBytes: body.maxBytes,
      allowPartialMessage: body.allowPartial,
      packAsBytes: body.asBytes,
    },
    clearRouteCache,
    filterEnabledMetadata: asked,
  };
}

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/network_filters/ext_authz_filter */
export function buildNetworkExtAuthz(
  provider: GrpcProvider,
  asked: MetadataMatcher,
  statPrefix: string,
): NetworkExtAuthz {
  return {
    statPrefix,
    grpcService: grpcService(provider),
    transportApiVersion: 'V3',
    failureModeAllow: provider.failOpen,
    filterEnabledMetadata: asked,
  };
}

type StatusCode = NonNullable<NonNullable<HttpExtAuthz['statusOnError']>['code']>;

/** ProtoJSON takes the number of an enum's value for its name. https://protobuf.dev/programming-guides/json/ */
function statusCode(code: number): StatusCode {
  return code as unknown as StatusCode;
}

function grpcService({ cluster, authority, timeoutMs }: GrpcProvider): GrpcService {
  return { envoyGrpc: { clusterName: cluster, authority }, timeout: duration(timeoutMs) };
}

function httpService(provider: HttpProvider): Pick<HttpExtAuthz, 'httpService' | 'allowedHeaders'> {
  const { cluster, authority, timeoutMs, pathPrefix, includeRequestHeaders, additionalHeaders } = provider;
  const added = Object.entries(additionalHeaders).map(([key, value]) => ({ key, value }));
  return {
    httpService: {
      // Envoy wants a URI, and calls the cluster.
      serverUri: { uri: `http://${authority}`, cluster, timeout: duration(timeoutMs) },
      pathPrefix,
      authorizationRequest: added.length > 0 ? { headersToAdd: added } : undefined,
      authorizationResponse: answerHeaders(provider),
    },
    allowedHeaders: headerNames(includeRequestHeaders),
  };
}

function answerHeaders(
  provider: HttpProvider,
): NonNullable<HttpExtAuthz['httpService']>['authorizationResponse'] | undefined {
  const answer = {
    allowedUpstreamHeaders: headerNames(provider.headersUpstream),
    allowedClientHeaders: headerNames(provider.headersDownstreamOnDeny),
    allowedClientHeadersOnSuccess: headerNames(provider.headersDownstreamOnAllow),
  };
  return Object.values(answer).some((names) => names) ? answer : undefined;
}

/** Undefined: none. */
function headerNames(names: readonly string[]): ListStringMatcher | undefined {
  return names.length === 0 ? undefined : { patterns: names.map(headerName) };
}

function headerName(name: string): StringMatcher {
  const ignoreCase = true;
  if (name === '*') return { safeRegex: { regex: '.+' } };
  if (name.startsWith('*')) return { suffix: name.slice(1), ignoreCase };
  if (name.endsWith('*')) return { prefix: name.slice(0, -1), ignoreCase };
  return { exact: name, ignoreCase };
}
