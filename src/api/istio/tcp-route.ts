import type { z } from 'zod';
import { ipOrRangeMistake, wildcardHostMistake } from '../names.ts';
import {
  type Deep,
  list,
  mapOf,
  object,
  optional,
  portNumber,
  someOf,
  text,
  wholeNumber,
  word,
} from '../vocabulary.ts';
import { destination } from './http-route.ts';

const routeDestination = object({
  /** Undefined: broken; its share of the connections is closed. */
  destination: optional(destination),
  weight: optional(wholeNumber(0, 2_147_483_647)),
});

const tlsMatch = object({
  sniHosts: someOf(text(wildcardHostMistake)),
  destinationSubnets: optional(list(text(ipOrRangeMistake))),
  port: optional(portNumber()),
  sourceLabels: optional(mapOf(text())),
  sourceNamespace: optional(text()),
  gateways: optional(list(word())),
});

const tcpMatch = object({
  destinationSubnets: optional(list(text(ipOrRangeMistake))),
  port: optional(portNumber()),
  sourceSubnet: optional(text(ipOrRangeMistake)),
  sourceLabels: optional(mapOf(text())),
  sourceNamespace: optional(text()),
  gateways: optional(list(word())),
});

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#TLSRoute */
export const tlsRoute = object({ match: someOf(tlsMatch), route: optional(list(routeDestination)) });

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#TCPRoute */
export const tcpRoute = object({ match: optional(list(tcpMatch)), route: optional(list(routeDestination)) });

export type TlsRoute = Deep<z.infer<typeof tlsRoute>>;
export type TlsMatch = Deep<z.infer<typeof tlsMatch>>;
export type TcpRoute = Deep<z.infer<typeof tcpRoute>>;
export type TcpMatch = Deep<z.infer<typeof tcpMatch>>;
export type RouteDestination = Deep<z.infer<typeof routeDestination>>;
