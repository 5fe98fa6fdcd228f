import type { z } from 'zod';
import { re2Groups } from '../../lib/re2.ts';
import { destinationHostMistake, headerNameMistake } from '../names.ts';
import {
  type Deep,
  duration,
  flag,
  list,
  mapOf,
  object,
  oneOf,
  oneofRule,
  optional,
  percent,
  portNumber,
  regex,
  rule,
  text,
  wholeNumber,
  word,
} from '../vocabulary.ts';
import { matchedNameMistake } from './claim-name.ts';
import {
  base64Mistake,
  corsHeaderMistake,
  GRPC_STATUSES,
  headerFormats,
  headerKeys,
  methodMistake,
  retryOnMistake,
} from './http-words.ts';
import { stringMatch, stringMatchOrPresence } from './string-match.ts';

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination */
export const destination = object({
  host: text(destinationHostMistake),
  subset: optional(text()),
  port: optional(object({ number: portNumber() })),
});

const headerNames = list(text(headerNameMistake));

/** Header names are map keys, so a bad one is found by a rule and costs its own entry. The same for values that are formats. */
const headerValues = mapOf(text()).check(headerKeys(), headerFormats());
const headerMatches = mapOf(stringMatchOrPresence).check(headerKeys(matchedNameMistake));

const headerOperations = object({
  set: optional(headerValues),
  add: optional(headerValues),
  remove: optional(headerNames),
});

const headers = object({ request: optional(headerOperations), response: optional(headerOperations) });

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest */
const httpMatchRequest = object({
  name: optional(text()),
  uri: optional(stringMatch),
  ignoreUriCase: optional(flag()),
  scheme: optional(stringMatch),
  method: optional(stringMatch),
  authority: optional(stringMatch),
  headers: optional(headerMatches),
  withoutHeaders: optional(headerMatches),
  queryParams: optional(mapOf(stringMatchOrPresence)),
  port: optional(portNumber()),
  gateways: optional(list(word())),
  sourceLabels: optional(mapOf(text())),
  sourceNamespace: optional(text()),
  statPrefix: optional(text()),
});

const httpRouteDestination = object({
  /** Undefined: broken; its share of the requests is answered with 500. */
  destination: optional(destination),
  weight: optional(wholeNumber(0, 2_147_483_647)),
  headers: optional(headers),
});

const redirect = object({
  uri: optional(text()),
  prefixRewrite: optional(text()),
  authority: optional(text()),
  port: optional(portNumber()),
  derivePort: optional(oneOf(['FROM_PROTOCOL_DEFAULT', 'FROM_REQUEST_PORT'])),
  scheme: optional(oneOf(['http', 'https'])),
  redirectCode: optional(oneOf([301, 302, 303, 307, 308])),
}).check(oneofRule(['port', 'derivePort'], 'at most'), oneofRule(['uri', 'prefixRewrite'], 'at most'));

const directResponse = object({
  /** Envoy's own limits. */
  status: wholeNumber(200, 599),
  body: optional(
    object({ string: optional(text()), bytes: optional(text(base64Mistake)) }).check(
      oneofRule(['string', 'bytes'], 'exactly'),
    ),
  ),
});

const uriRegexRewrite = object({ match: regex(), rewrite: text() }).check(
  rule(({ match, rewrite }) => {
    const groups = re2Groups(match);
    const missing = [...rewrite.matchAll(/\\(\d)/g)].find(([, digit]) => Number(digit) > groups);
    return missing && { path: ['rewrite'], message: `must not use ${missing[0]}: match has ${groups} groups` };
  }),
);

const rewrite = object({
  uri: optional(text()),
  authority: optional(text()),
  uriRegexRewrite: optional(uriRegexRewrite),
}).check(oneofRule(['uri', 'uriRegexRewrite'], 'at most'));

const retries = object({
  /** 0 switches retries off. */
  attempts: optional(wholeNumber(0, 2_147_483_647)),
  perTryTimeout: optional(duration()),
  retryOn: optional(text(retryOnMistake)),
  retryRemoteLocalities: optional(flag()),
  retryIgnorePreviousHosts: optional(flag()),
  backoff: optional(duration('positive')),
});

const fault = object({
  delay: optional(
    object({
      fixedDelay: optional(duration('positive')),
      exponentialDelay: optional(duration('positive')),
      percentage: optional(percent()),
      /** Old name of percentage. */
      percent: optional(wholeNumber(0, 100)),
    }).check(oneofRule(['fixedDelay', 'exponentialDelay'], 'exactly')),
  ),
  abort: optional(
    object({
      httpStatus: optional(wholeNumber(200, 599)),
      grpcStatus: optional(oneOf(GRPC_STATUSES)),
      http2Error: optional(text()),
      percentage: optional(percent()),
    }).check(oneofRule(['httpStatus', 'grpcStatus', 'http2Error'], 'exactly')),
  ),
});

const corsPolicy = object({
  /** Old name of allowOrigins: exact origins. */
  allowOrigin: optional(list(word())),
  allowOrigins: optional(list(stringMatch)),
  allowMethods: optional(list(text(methodMistake))),
  allowHeaders: optional(list(text(corsHeaderMistake))),
  exposeHeaders: optional(list(text(corsHeaderMistake))),
  maxAge: optional(duration()),
  allowCredentials: optional(flag()),
  unmatchedPreflights: optional(oneOf(['UNSPECIFIED', 'FORWARD', 'IGNORE'])),
});

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute */
export const httpRoute = object({
  name: optional(text()),
  match: optional(list(httpMatchRequest)),
  route: optional(list(httpRouteDestination)),
  redirect: optional(redirect),
  directResponse: optional(directResponse),
  delegate: optional(object({ name: optional(text()), namespace: optional(text()) })),
  rewrite: optional(rewrite),
  timeout: optional(duration()),
  retries: optional(retries),
  fault: optional(fault),
  mirror: optional(destination),
  mirrors: optional(list(object({ destination, percentage: optional(percent()) }))),
  mirrorPercentage: optional(percent()),
  /** Old names of mirrorPercentage. */
  mirrorPercent: optional(wholeNumber(0, 100)),
  mirror_percent: optional(wholeNumber(0, 100)),
  corsPolicy: optional(corsPolicy),
  headers: optional(headers),
});

export type HttpRoute = Deep<z.infer<typeof httpRoute>>;
export type HttpMatchRequest = Deep<z.infer<typeof httpMatchRequest>>;
export type HttpRouteDestination = Deep<z.infer<typeof httpRouteDestination>>;
export type IstioDestination = Deep<z.infer<typeof destination>>;
export type HttpRedirect = Deep<z.infer<typeof redirect>>;
export type HttpDirectResponse = Deep<z.infer<typeof directResponse>>;
export type HttpRewrite = Deep<z.infer<typeof rewrite>>;
export type HttpRetry = Deep<z.infer<typeof retries>>;
export type HttpFault = Deep<z.infer<typeof fault>>;
export type CorsPolicy = Deep<z.infer<typeof corsPolicy>>;
export type HttpHeaders = Deep<z.infer<typeof headers>>;
export type HttpHeaderOperations = Deep<z.infer<typeof headerOperations>>;
export type { Percent } from '../vocabulary.ts';
