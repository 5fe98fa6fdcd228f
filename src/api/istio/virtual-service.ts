import type { z } from 'zod';
import { ITSELF, type Part, THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import { exportTo, gatewayNameMistake, virtualHostMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, list, object, optional, text } from '../vocabulary.ts';
import { httpRoute } from './http-route.ts';
import { NETWORKING } from './networking.ts';
import { tcpRoute, tlsRoute } from './tcp-route.ts';
import { checkVirtualService } from './virtual-service-check.ts';

const schema = object({
  spec: object({
    /** Absent or empty: other VirtualServices delegate to this one. */
    hosts: optional(list(text(virtualHostMistake))),
    /** Absent: `mesh`, all sidecars. */
    gateways: optional(list(text(gatewayNameMistake))),
    http: optional(list(httpRoute)),
    tls: optional(list(tlsRoute)),
    tcp: optional(list(tcpRoute)),
    exportTo: optional(exportTo()),
  }),
});

export type VirtualService = KubeObject<Deep<z.infer<typeof schema>>>;

/** Whom a route is for is known, but not what to do: answered with 500, and never left to the next route. */
const brokenHttp = { unit: 'spec.http[]', becomes: { of: withBrokenRoute, made: 'route' } };
const brokenTls = { unit: 'spec.tls[]', becomes: { of: withBrokenRoute, made: 'route' } };
const brokenTcp = { unit: 'spec.tcp[]', becomes: { of: withBrokenRoute, made: 'route' } };

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
export const virtualServiceKind = defineKind({
  ...NETWORKING,
  kind: 'VirtualService',
  schema,
  costs: {
    // For other hosts, clients or gateways than meant.
    'spec.hosts': THE_OBJECT,
    'spec.gateways': THE_OBJECT,
    'spec.exportTo': THE_OBJECT,
    // Never match-all: the whole route goes.
    'spec.http[].match': 'spec.http[]',
    'spec.tls[].match': 'spec.tls[]',
    'spec.tcp[].match': 'spec.tcp[]',
    // Its share of the requests is answered with 500.
    'spec.http[].route[].destination': 'spec.http[].route[].destination',
    'spec.tls[].route[].destination': 'spec.tls[].route[].destination',
    'spec.tcp[].route[].destination': 'spec.tcp[].route[].destination',
    'spec.http[].route': brokenHttp,
    'spec.http[].redirect': brokenHttp,
    'spec.http[].directResponse': brokenHttp,
    'spec.http[].delegate': brokenHttp,
    // Sent on under its old path, it could reach what nobody meant to show.
    'spec.http[].rewrite': brokenHttp,
    'spec.tls[].route': brokenTls,
    'spec.tcp[].route': brokenTcp,
    // Inside a list of destinations a mistake is about one of them.
    'spec.http[].route[].*': ITSELF,
    'spec.tls[].route[].*': ITSELF,
    'spec.tcp[].route[].*': ITSELF,
    // Half a fault, or all the requests instead of a part of them.
    'spec.http[].fault.delay': 'spec.http[].fault.delay',
    'spec.http[].fault.abort': 'spec.http[].fault.abort',
    'spec.http[].mirror': 'spec.http[].mirror',
    'spec.http[].mirrorPercentage': { unit: 'spec.http[]', becomes: { of: withoutMirror, made: 'mirror' } },
    'spec.http[].mirrorPercent': { unit: 'spec.http[]', becomes: { of: withoutMirror, made: 'mirror' } },
    'spec.http[].mirror_percent': { unit: 'spec.http[]', becomes: { of: withoutMirror, made: 'mirror' } },
    'spec.http[].mirrors[]': 'spec.http[].mirrors[]',
    'spec.http[].retries.attempts': 'spec.http[].retries',
  },
  narrowing: ['spec.http[].match', 'spec.tcp[].match'],
  notApplied: {
    'spec.http[].fault.delay.exponentialDelay': 'exponential delays are not applied: Envoy has none',
    'spec.http[].fault.abort.http2Error': 'HTTP/2 error aborts are not applied: Envoy has none',
  },
  deprecated: {
    'spec.http[].mirrorPercent': 'mirrorPercent is the old name of mirrorPercentage, and is applied as that',
    'spec.http[].mirror_percent': 'mirror_percent is the old name of mirrorPercentage, and is applied as that',
    'spec.http[].fault.delay.percent': 'percent is the old name of percentage, and is applied as that',
    'spec.http[].corsPolicy.allowOrigin': 'allowOrigin is the old name of allowOrigins, and is applied as that',
  },
  check: ({ spec }) => checkVirtualService(spec),
});

function withBrokenRoute(route: Part): Part {
  const { redirect, directResponse, delegate, rewrite, ...rest } = route;
  return { ...rest, route: [{}] };
}

function withoutMirror(route: Part): Part {
  const { mirror, mirrorPercentage, mirrorPercent, mirror_percent, ...rest } = route;
  return rest;
}
