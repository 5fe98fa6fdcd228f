import type { HashKey } from '../../mesh/index.ts';
import type { ClusterWeight, RequestMirrorPolicy, RouteAction } from '../../proto/index.ts';
import type { Destination, Forward, Mirror, Route, WeightedDestination } from '../../route/index.ts';
import { destinationCluster } from '../names.ts';
import { duration } from '../values.ts';
import { buildPercent } from './filters.ts';
import { buildHashPolicy } from './hash-policy.ts';
import { buildHeaderOperations } from './headers.ts';
import { buildPathRewrite } from './path-rewrite.ts';
import { buildRetryPolicy } from './retry.ts';

export type ServiceDestination = Extract<Destination, { kind: 'service' }>;
type Existing = Exclude<Destination, { kind: 'broken' }>;

/** What a destination's cluster balances by, if it balances by hash. */
export type HashKeyOf = (destination: ServiceDestination) => HashKey | undefined;

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-routeaction */
export function buildForward(
  route: Route,
  forward: Forward,
  destinations: readonly [WeightedDestination] | { readonly byWeight: readonly WeightedDestination[] },
  hashKeyOf: HashKeyOf,
): RouteAction {
  const { policy } = route;
  const only = 'byWeight' in destinations ? undefined : destinations[0];
  const all = 'byWeight' in destinations ? destinations.byWeight : destinations;
  const services = all.flatMap(({ to }) => (to.kind === 'service' ? [to] : []));
  const hashKeys = services.map(hashKeyOf).filter((key) => key !== undefined);
  const rewritePath = forward.rewritePath ?? only?.rewritePath;
  const timeout = duration(policy.timeoutMs ?? 0);
  return {
    ...(only
      ? { cluster: destinationCluster(existing(only.to)) }
      : { weightedClusters: { clusters: all.map(buildWeight) } }),
    ...(rewritePath && buildPathRewrite(rewritePath, route.match.path)),
    hostRewriteLiteral: forward.rewriteHost ?? only?.rewriteHost,
    timeout,
    // Deprecated, but Istio found its successor, max_stream_duration, to behave differently.
    maxGrpcTimeout: timeout,
    retryPolicy: buildRetryPolicy(policy.retry, only !== undefined && hashKeys.length > 0),
    requestMirrorPolicies: policy.mirrors?.length ? policy.mirrors.flatMap(buildMirror) : undefined,
    hashPolicy: hashKeys.length > 0 ? hashKeys.map(buildHashPolicy) : undefined,
  };
}

function buildWeight({ to, weight, headers, rewriteHost }: WeightedDestination): ClusterWeight {
  return {
    name: destinationCluster(existing(to)),
    weight,
    ...buildHeaderOperations([headers]),
    hostRewriteLiteral: rewriteHost,
  };
}

/** What is broken is answered, and never sent on. */
function existing(to: Destination): Existing {
  if (to.kind === 'broken') throw new Error('a broken destination has no cluster: parts are made without it');
  return to;
}

/** A mirror that does not exist gets nothing, and nobody waits for its answer. */
function buildMirror({ to, percent }: Mirror): readonly RequestMirrorPolicy[] {
  if (to.kind === 'broken' || percent === 0) return [];
  const cluster = destinationCluster(to);
  // The spelling that Istio has for "everything", which is also its default.
  const defaultValue = percent === 100 ? { numerator: 100 } : buildPercent(percent);
  return [{ cluster, runtimeFraction: { defaultValue }, traceSampled: false }];
}
