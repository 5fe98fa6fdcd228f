import type { z } from 'zod';
import { headerNameMistake, hostMistake, ipOrRangeMistake, labelMistake } from '../api/names.ts';
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
  portNumber,
  rule,
  text,
  wholeNumber,
  word,
} from '../api/vocabulary.ts';

/** What Envoy's BoringSSL knows below TLS 1.3: https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto */
const CIPHER_SUITES = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-SHA',
  'AES256-SHA',
] as const;

const CURVES = ['P-256', 'P-384', 'P-521', 'X25519', 'X25519MLKEM768'] as const;

/** The settings of a mesh that are about identity and permission, as they are written. */
export const securitySettings = object({
  trustDomain: optional(text(trustDomainMistake)),
  trustDomainAliases: optional(list(text(trustDomainMistake))),
  enableAutoMtls: optional(flag()),
  meshMTLS: optional(tlsConfig()),
  tlsDefaults: optional(tlsConfig()),
  pathNormalization: optional(
    object({
      normalization: optional(oneOf(['DEFAULT', 'NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'])),
    }),
  ),
  extensionProviders: optional(list(extensionProvider())),
});

export type SecuritySettings = Deep<z.infer<typeof securitySettings>>;
export type TlsConfig = NonNullable<SecuritySettings['meshMTLS']>;
export type WrittenProvider = NonNullable<SecuritySettings['extensionProviders']>[number];
export type WrittenHttpProvider = NonNullable<WrittenProvider['envoyExtAuthzHttp']>;
export type WrittenGrpcProvider = NonNullable<WrittenProvider['envoyExtAuthzGrpc']>;

/** Providers of other things than decisions. */
export const OTHER_PROVIDERS = [
  'prometheus',
  'stackdriver',
  'opencensus',
  'envoyFileAccessLog',
  'envoyHttpAls',
  'envoyTcpAls',
  'envoyOtelAls',
  'opentelemetry',
  'zipkin',
  'lightstep',
  'datadog',
  'skywalking',
  'sds',
] as const;

function extensionProvider() {
  const shared = {
    service: text(serviceMistake),
    port: portNumber(),
    timeout: optional(duration('positive')),
    failOpen: optional(flag()),
    clearRouteCache: optional(flag()),
    statusOnError: optional(text(statusMistake)),
    includeRequestBodyInCheck: optional(
      object({
        maxRequestBytes: wholeNumber(1),
        allowPartialMessage: optional(flag()),
        packAsBytes: optional(flag()),
      }),
    ),
  };
  const names = () => optional(list(text(headerPatternMistake)));
  const http = object({
    ...shared,
    pathPrefix: optional(text(pathPrefixMistake)),
    /** Old name of includeRequestHeadersInCheck. */
    includeHeadersInCheck: names(),
    includeRequestHeadersInCheck: names(),
    includeAdditionalHeadersInCheck: optional(additionalHeaders()),
    headersToUpstreamOnAllow: names(),
    headersToDownstreamOnDeny: names(),
    headersToDownstreamOnAllow: names(),
  });
  return object({
    name: word(),
    envoyExtAuthzHttp: optional(http),
    envoyExtAuthzGrpc: optional(object(shared)),
  }).check(oneofRule(['envoyExtAuthzHttp', 'envoyExtAuthzGrpc'], 'exactly'));
}

function additionalHeaders() {
  return mapOf(text()).check(
    rule((headers) =>
      Object.keys(headers).flatMap((name) => {
        const mistake = headerNameMistake(name);
        return mistake ? [{ path: [name], message: mistake, atKey: true as const }] : [];
      }),
    ),
  );
}

function tlsConfig() {
  return object({
    minProtocolVersion: optional(oneOf(['TLS_AUTO', 'TLSV1_2', 'TLSV1_3'])),
    cipherSuites: optional(list(oneOf(CIPHER_SUITES))),
    ecdhCurves: optional(list(oneOf(CURVES))),
  }).check(
    rule(({ cipherSuites = [], ecdhCurves = [] }) =>
      Object.entries({ cipherSuites, ecdhCurves }).flatMap(([field, items]) =>
        items.flatMap((item, i) =>
          items.indexOf(item as never) < i ? [{ path: [field, i], message: `${item} is named twice` }] : [],
        ),
      ),
    ),
  );
}

function trustDomainMistake(value: string): string | undefined {
  return /^[a-z0-9._-]{1,255}$/.test(value) ? undefined : 'must be a trust domain: a-z, 0-9, -, _ and .';
}

/** A host, alone or as `namespace/host`. */
function serviceMistake(value: string): string | undefined {
  const [namespace, host, more] = value.includes('/') ? value.split('/') : [undefined, value];
  const right = (namespace === undefined || !labelMistake(namespace)) && more === undefined;
  const isHost = host !== undefined && (!hostMistake(host) || !ipOrRangeMistake(host));
  return right && isHost ? undefined : 'must be a host, or namespace/host';
}

/** Those that Envoy may answer with: https://www.envoyproxy.io/docs/envoy/latest/api-v3/type/v3/http_status.proto */
function statusMistake(value: string): string | undefined {
  const known = /^(100|20[0-8]|226|30[0-578]|40\d|41[0-7]|42[1-4]|42[689]|431|50[0-8]|51[01])$/.test(value);
  return known ? undefined : 'must be an HTTP status like "503"';
}

/** A header name, or a part of one before or after `*`. */
function headerPatternMistake(value: string): string | undefined {
  const name = value.replace(/^\*|\*$/g, '');
  return name === '' || !headerNameMistake(name)
    ? undefined
    : 'must be a header name, or a part of one with * at its end';
}

function pathPrefixMistake(value: string): string | undefined {
  return value === '' || value.startsWith('/') ? undefined : 'must begin with /';
}
