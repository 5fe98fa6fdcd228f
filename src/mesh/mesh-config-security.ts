import { cutsBy, ITSELF } from '../api/cost.ts';
import { type Finding, findingOf, type Remark } from '../api/finding.ts';
import type { Origin, Problem } from '../api/index.ts';
import { formatPath } from '../api/path.ts';
import { prune } from '../api/prune.ts';
import { durationMs } from '../lib/duration.ts';
import type { ExtensionProvider } from './extension-provider.ts';
import type { MeshConfig, PathNormalization, TlsLimits } from './mesh-config.ts';
import {
  OTHER_PROVIDERS,
  type SecuritySettings,
  securitySettings,
  type TlsConfig,
  type WrittenGrpcProvider,
  type WrittenHttpProvider,
  type WrittenProvider,
} from './mesh-config-schema.ts';

/** The keys of the mesh configuration that are read here. */
export const SECURITY_SETTINGS: readonly string[] = Object.keys(securitySettings.def.shape);

export interface ReadSecurity {
  readonly change: Partial<MeshConfig>;
  readonly problems: readonly Problem[];
}

/** What a mesh configuration says of identity and permission. A provider in which something is wrong is none. */
export function readSecurity(written: Readonly<Record<string, unknown>>, origin: Origin): ReadSecurity {
  const known = withoutOtherProviders(written);
  const { value, findings } = prune(known.settings, {
    schema: securitySettings,
    cutFor: cutsBy({
      'extensionProviders[]': 'extensionProviders[]',
      'trustDomainAliases[]': ITSELF,
    }),
    narrowing: [],
    nullIsAbsent: true,
    check: (settings) => [...checkProviders(settings), ...checkDefaults(settings)].map(findingOf),
  });
  const located = findings.map((finding) => asWritten(finding, known));
  const problems = [...known.notices, ...located].map((finding) => problemOf(finding, origin));
  return { change: value ? changeOf(value as SecuritySettings) : {}, problems };
}

interface Written {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly notices: readonly Finding[];
  /** Where the providers that are left were written. */
  readonly places: readonly number[];
}

/** Providers of other things are told of, and then no longer in the way. */
function withoutOtherProviders(settings: Written['settings']): Written {
  const { extensionProviders } = settings;
  if (!Array.isArray(extensionProviders)) return { settings, notices: [], places: [] };
  const others = extensionProviders.map(otherKindOf);
  const message = 'is not applied by this version of pharos';
  const notices = others.flatMap((kind, i): readonly Finding[] =>
    kind === undefined
      ? []
      : [{ path: ['extensionProviders', i, kind], severity: 'notice', code: 'unsupported-mesh-config', message }],
  );
  const left = extensionProviders.filter((_, i) => others[i] === undefined);
  const places = [...others.keys()].filter((i) => others[i] === undefined);
  return { settings: { ...settings, extensionProviders: left }, notices, places };
}

function asWritten(finding: Finding, { places }: Written): Finding {
  const [key, i, ...rest] = finding.path;
  return key === 'extensionProviders' && typeof i === 'number'
    ? { ...finding, path: [key, places[i] ?? i, ...rest] }
    : finding;
}

function otherKindOf(provider: unknown): string | undefined {
  if (typeof provider !== 'object' || provider === null) return undefined;
  return OTHER_PROVIDERS.find((kind) => Object.hasOwn(provider, kind));
}

function* checkProviders({ extensionProviders = [] }: SecuritySettings): Generator<Remark> {
  const names = extensionProviders.map(({ name }) => name);
  for (const [i, { name, envoyExtAuthzHttp: http }] of extensionProviders.entries()) {
    const path = ['extensionProviders', i];
    if (names.indexOf(name) < i) yield { path: [...path, 'name'], message: `${name} is taken by an earlier provider` };
    if (http?.includeHeadersInCheck && http.includeRequestHeadersInCheck) {
      const message = 'must not stand beside includeRequestHeadersInCheck, whose old name it is';
      yield { path: [...path, 'envoyExtAuthzHttp', 'includeHeadersInCheck'], message };
    }
  }
}

function* checkDefaults({ tlsDefaults }: SecuritySettings): Generator<Remark> {
  const { minProtocolVersion = 'TLS_AUTO' } = tlsDefaults ?? {};
  if (minProtocolVersion === 'TLS_AUTO') return;
  const message = 'is not applied, in Istio neither: each Gateway and DestinationRule says its own';
  yield { path: ['tlsDefaults', 'minProtocolVersion'], severity: 'notice', code: 'unsupported-mesh-config', message };
}

function problemOf({ path, severity, code, message, hint }: Finding, origin: Origin): Problem {
  const text = `${formatPath(path)} ${message}`;
  const ours = severity === 'notice' ? code : 'bad-mesh-config';
  return { severity, code: ours, object: origin.object, path: origin.path, message: text, ...(hint && { hint }) };
}

function changeOf(settings: SecuritySettings): Partial<MeshConfig> {
  const { trustDomain, trustDomainAliases, enableAutoMtls, meshMTLS, tlsDefaults, pathNormalization } = settings;
  return {
    ...(trustDomain && { trustDomain }),
    ...(trustDomainAliases && { trustDomainAliases }),
    ...(enableAutoMtls !== undefined && { autoMtls: enableAutoMtls }),
    ...(meshMTLS && { meshMtls: limitsOf(meshMTLS) }),
    ...(tlsDefaults && { tlsDefaults: limitsOf(tlsDefaults) }),
    ...(pathNormalization && { pathNormalization: NORMALIZATIONS[pathNormalization.normalization ?? 'DEFAULT'] }),
    ...(settings.extensionProviders && { extensionProviders: settings.extensionProviders.map(providerOf) }),
  };
}

function limitsOf({ minProtocolVersion, cipherSuites = [], ecdhCurves = [] }: TlsConfig): TlsLimits {
  return {
    minProtocolVersion: minProtocolVersion === 'TLS_AUTO' ? undefined : minProtocolVersion,
    cipherSuites,
    ecdhCurves,
  };
}

const NORMALIZATIONS = {
  DEFAULT: 'base',
  NONE: 'none',
  BASE: 'base',
  MERGE_SLASHES: 'merge-slashes',
  DECODE_AND_MERGE_SLASHES: 'decode-and-merge-slashes',
} as const satisfies Record<string, PathNormalization>;

/** The schema has admitted no provider without one of the two. */
function providerOf({ name, envoyExtAuthzGrpc: grpc, envoyExtAuthzHttp: http }: WrittenProvider): ExtensionProvider {
  if (grpc) return { kind: 'grpc', ...serviceOf(name, grpc) };
  const { includeRequestHeadersInCheck, includeHeadersInCheck } = http!;
  return {
    kind: 'http',
    ...serviceOf(name, http!),
    pathPrefix: http!.pathPrefix ?? '',
    includeRequestHeaders: includeRequestHeadersInCheck ?? includeHeadersInCheck ?? [],
    additionalHeaders: http!.includeAdditionalHeadersInCheck ?? {},
    headersUpstream: http!.headersToUpstreamOnAllow ?? [],
    headersDownstreamOnDeny: http!.headersToDownstreamOnDeny ?? [],
    headersDownstreamOnAllow: http!.headersToDownstreamOnAllow ?? [],
  };
}

/** So long that a person may be asked: Istio's default. */
const DEFAULT_TIMEOUT_MS = 600_000;

function serviceOf(name: string, written: WrittenHttpProvider | WrittenGrpcProvider) {
  const body = written.includeRequestBodyInCheck;
  return {
    name,
    service: written.service,
    port: written.port,
    timeoutMs: durationMs(written.timeout ?? '') ?? DEFAULT_TIMEOUT_MS,
    failOpen: written.failOpen ?? false,
    clearRouteCache: written.clearRouteCache ?? false,
    statusOnError: written.statusOnError === undefined ? undefined : Number(written.statusOnError),
    body: body && {
      maxBytes: body.maxRequestBytes,
      allowPartial: body.allowPartialMessage ?? false,
      asBytes: body.packAsBytes ?? false,
    },
  };
}
