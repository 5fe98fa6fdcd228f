import type { z } from 'zod';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object, oneOf, optional } from '../vocabulary.ts';
import { GATEWAY_API } from './group.ts';
import { grpcRouteMatch } from './grpc-match.ts';
import { fieldOfType, headerModifier, onlyOnce, requestMirror } from './http-filter.ts';
import { backendRefShape, localReference, portOfService } from './references.ts';
import { fewMatches, hostnames, routeShape } from './route.ts';
import { HTTP_ROUTE_COSTS, ROUTE_NARROWING } from './route-costs.ts';
import { remarksOnSessions, sessionPersistence } from './session-persistence.ts';
import { atMost, sectionName, unique } from './words.ts';

const FIELDS = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  ExtensionRef: 'extensionRef',
} as const;

/** https://gateway-api.sigs.k8s.io/reference/spec/#grpcroutefilter */
const filter = object({
  type: oneOf(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestMirror', 'ExtensionRef']),
  requestHeaderModifier: optional(headerModifier),
  responseHeaderModifier: optional(headerModifier),
  requestMirror: optional(requestMirror),
  extensionRef: optional(localReference),
}).check(fieldOfType(FIELDS));

const filters = atMost(16, filter).check(onlyOnce(['RequestHeaderModifier', 'ResponseHeaderModifier']));

const grpcBackendRef = object({ ...backendRefShape, filters: optional(filters) }).check(portOfService());

/** https://gateway-api.sigs.k8s.io/reference/spec/#grpcrouterule */
const grpcRouteRule = object({
  name: optional(sectionName()),
  /** One of them must hold. Absent or empty: every call. */
  matches: optional(atMost(64, grpcRouteMatch)),
  filters: optional(filters),
  /** None: UNAVAILABLE. */
  backendRefs: optional(atMost(16, grpcBackendRef)),
  sessionPersistence: optional(sessionPersistence),
});

const schema = object({
  spec: object({
    ...routeShape,
    hostnames: optional(hostnames(16)),
    /** Absent or empty: nothing is routed. */
    rules: optional(atMost(16, grpcRouteRule).check(unique('name'), fewMatches(0))),
  }),
});

export type GrpcRoute = KubeObject<Deep<z.infer<typeof schema>>>;
export type GrpcRouteRule = Deep<z.infer<typeof grpcRouteRule>>;
export type GrpcRouteFilter = Deep<z.infer<typeof filter>>;
export type GrpcBackendRef = Deep<z.infer<typeof grpcBackendRef>>;

/** https://gateway-api.sigs.k8s.io/reference/spec/#grpcroute */
export const grpcRouteKind = defineKind({
  ...GATEWAY_API,
  versions: ['v1'],
  kind: 'GRPCRoute',
  schema,
  costs: HTTP_ROUTE_COSTS,
  narrowing: ROUTE_NARROWING,
  notApplied: {},
  check: ({ spec }) => remarksOnSessions(spec.rules),
});
