import { type FractionalPercent, pack, type TypedAny } from '../../proto/index.ts';
import type { Cors, Fault, RoutePolicy } from '../../route/index.ts';
import { authorizationOfRoute, ROUTE_AUTHORIZATION, ROUTE_SESSION, sessionOfRoute } from '../filters/index.ts';
import { duration } from '../values.ts';
import { buildStringMatch } from './match.ts';

/** What single routes ask of HTTP filters that stand in every chain, by filter name. */
export function buildFilterConfig(policy: RoutePolicy): Readonly<Record<string, TypedAny>> | undefined {
  const { fault, cors, session, externalAuthorization } = policy;
  const authorization = externalAuthorization && authorizationOfRoute(externalAuthorization);
  if (!fault && !cors && !session && !authorization) return undefined;
  return {
    ...(cors && { 'envoy.filters.http.cors': buildCors(cors) }),
    ...(fault && { 'envoy.filters.http.fault': buildFault(fault) }),
    ...(session && { [ROUTE_SESSION]: sessionOfRoute(session) }),
    ...(authorization && { [ROUTE_AUTHORIZATION]: authorization }),
  };
}

/** Percent in Istio has four decimals. */
export function buildPercent(percent: number): FractionalPercent {
  return { numerator: Math.round(percent * 10_000), denominator: 'MILLION' };
}

function buildFault({ delay, abort }: Fault): TypedAny {
  return pack('envoy.extensions.filters.http.fault.v3.HTTPFault', {
    delay: delay && { fixedDelay: duration(delay.fixedMs), percentage: buildPercent(delay.percent) },
    abort: abort && {
      percentage: buildPercent(abort.percent),
      ...('http' in abort.status ? { httpStatus: abort.status.http } : { grpcStatus: abort.status.grpc }),
    },
  });
}

function buildCors(cors: Cors): TypedAny {
  return pack('envoy.extensions.filters.http.cors.v3.CorsPolicy', {
    allowOriginStringMatch: cors.allowOrigins.map((origin) => buildStringMatch(origin)),
    allowMethods: joined(cors.allowMethods),
    allowHeaders: joined(cors.allowHeaders),
    exposeHeaders: joined(cors.exposeHeaders),
    maxAge: cors.maxAgeSeconds === undefined ? undefined : `${cors.maxAgeSeconds}`,
    allowCredentials: cors.allowCredentials,
    forwardNotMatchingPreflights: cors.forwardUnmatchedPreflights ?? true,
    filterEnabled: { defaultValue: { numerator: 100 } },
  });
}

function joined(values: readonly string[]): string | undefined {
  return values.length > 0 ? values.join(',') : undefined;
}
