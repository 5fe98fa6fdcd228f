import type { JsonObject } from '../../proto/index.ts';

/** A token of a proxy's service account. */
export type TokenProof =
  /** It stands in the bootstrap: who can read that has it. */
  | { readonly kind: 'token'; readonly token: string }
  /**
   * Envoy reads it from a file: when it starts; or, with `secretFile`, whenever another file is moved to its place. That
   * one has the text of `tokenSecretFile`, and lies beside the token.
   */
  | { readonly kind: 'token-file'; readonly file: string; readonly secretFile?: string };

const SECRET = 'pharos-token';
const INJECTOR = 'envoy.extensions.filters.http.credential_injector.v3.CredentialInjector';
const GENERIC = 'envoy.extensions.http.injected_credentials.generic.v3.Generic';
const CODEC = 'envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec';

/**
 * Filters on the way to pharos that write the token into each stream. As a secret it is blackened in Envoy's config_dump,
 * where `initial_metadata` would show it.
 */
export function tokenFilters(proof: TokenProof): readonly JsonObject[] {
  return [
    filter('envoy.filters.http.credential_injector', INJECTOR, {
      overwrite: true,
      credential: filter('envoy.http.injected_credentials.generic', GENERIC, {
        credential: { name: SECRET, ...followed(proof) },
        header: 'authorization',
        headerValuePrefix: 'Bearer ',
      }),
    }),
    filter('envoy.filters.http.upstream_codec', CODEC, {}),
  ];
}

/** Secrets that stand in the bootstrap itself. */
export function tokenSecrets(proof: TokenProof): readonly JsonObject[] {
  if (proof.kind === 'token') return [secret({ inlineString: proof.token })];
  return proof.secretFile === undefined ? [secret({ filename: proof.file })] : [];
}

/** What `secretFile` holds: a response of a discovery service that is a file. Snake case, as Envoy's documents show it. */
export function tokenSecretFile(tokenFile: string): JsonObject {
  return {
    resources: [
      {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
        name: SECRET,
        generic_secret: { secret: { filename: tokenFile } },
      },
    ],
  };
}

function followed(proof: TokenProof): JsonObject {
  if (proof.kind === 'token' || proof.secretFile === undefined) return {};
  const directory = proof.file.replace(/\/[^/]*$/, '') || '/';
  const pathConfigSource = { path: proof.secretFile, watchedDirectory: { path: directory } };
  return { sdsConfig: { pathConfigSource, resourceApiVersion: 'V3' } };
}

function secret(source: JsonObject): JsonObject {
  return { name: SECRET, genericSecret: { secret: source } };
}

function filter(name: string, type: string, config: JsonObject): JsonObject {
  return { name, typedConfig: { '@type': `type.googleapis.com/${type}`, ...config } };
}
