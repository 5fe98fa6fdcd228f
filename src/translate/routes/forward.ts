import type { HashKey } from '../../mesh/index.ts';
import type { ClusterWeight, RequestMirrorPolicy, RouteAction } from '../../proto/index.ts';
import type { Destination, Forward, Mirror, Route, WeightedDestination } from '../../route/index.ts';
import { outboundClusterName } from '../names.ts';
import { duration } from '../values.ts';
import { buildPercent } from './filters.ts';
import { buildHashPolicy } from './hash-policy.ts';
import { buildHeaderOperations } from './headers.ts';
import { buildPathRewrite } from './path-rewrite.ts';
import { buildRetryPolicy } from './retry.ts';

export type ServiceDestination = Extract<Destination, { kind: 'service' }>;

/** What a destination's cluster balances by, if it balances by hash. */
export type HashKeyOf = (destination: ServiceDestination) => HashKey | undefined;

/** A destination that gets requests: its cluster and its share. */
export interface Share {
  readonly cluster: string;
  readonly destination: WeightedDestination;
  readonly to: ServiceDestination;
}

/** The destinations that exist and have a weight. A single one gets everything, whatever its weight. */
export function sharesOf({ destinations }: Forward): readonly Share[] {
  return destinations.flatMap((destination) => {
    const { to } = destination;
    if (to.kind !== 'service' || (destination.weight === 0 && destinations.length > 1)) return [];
    return [{ cluster: outboundClusterName(to.port, to.subset, to.host), destination, to }];
  });
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-routeaction */
export function buildForward(route: Route, forward: Forward, hashKeyOf: HashKeyOf): RouteAction {
  const { policy } = route;
  const shares = sharesOf(forward);
  const hashKeys = shares.map(({ to }) => hashKeyOf(to)).filter((key) => key !== undefined);
  const single = forward.destinations.length === 1;
  const timeout = duration(policy.timeoutMs ?? 0);
  const hostRewriteLiteral = forward.rewriteHost ?? (single ? forward.destinations[0]!.rewriteHost : undefined);
  return {
    ...(single ? { cluster: shares[0]!.cluster } : { weightedClusters: { clusters: shares.map(buildWeight) } }),
    ...(forward.rewritePath && buildPathRewrite(forward.rewritePath, route.match.path)),
    hostRewriteLiteral,
    timeout,
    // Deprecated, but Istio found its successor, max_stream_duration, to behave differently.
    maxGrpcTimeout: timeout,
    retryPolicy: buildRetryPolicy(policy.retry, single && hashKeys.length > 0),
    requestMirrorPolicies: policy.mirrors?.length ? policy.mirrors.flatMap(buildMirror) : undefined,
    hashPolicy: hashKeys.length > 0 ? hashKeys.map(buildHashPolicy) : undefined,
  };
}

function buildWeight({ cluster, destination }: Share): ClusterWeight {
  return {
    name: cluster,
    weight: destination.weight,
    ...buildHeaderOperations([destination.headers]),
    hostRewriteLiteral: destination.rewriteHost,
  };
}

/** A mirror that does not exist gets nothing, and nobody waits for its answer. */
function buildMirror({ to, percent }: Mirror): readonly RequestMirrorPolicy[] {
  if (to.kind === 'broken' || percent === 0) return [];
  const cluster = outboundClusterName(to.port, to.subset, to.host);
  // The spelling that Istio has for "everything", which is also its default.
  const defaultValue = percent === 100 ? { numerator: 100 } : buildPercent(percent);
  return [{ cluster, runtimeFraction: { defaultValue }, traceSampled: false }];
}
