import type { Logger } from 'pino';
import { type Authority, openAuthority } from '../ca/index.ts';
import type { Watch } from '../graph/index.ts';
import { spiffeUri } from '../lib/spiffe.ts';
import {
  type Address,
  createWorkloadCertificates,
  realTimers,
  type SecureOptions,
  type ServerEvent,
  type WorkloadCertificates,
} from '../server/index.ts';
import type { ControlPlane } from './index.ts';
import { residentsOf } from './residents.ts';
import { openTokens, type TokenIssuerOption, type Tokens } from './tokens.ts';

/** How pharos gives and checks identities. */
export interface IdentityOptions {
  /** Where proxies prove who they are. */
  readonly address: Address;
  /** Where our own root and the key of our own tokens are kept. Undefined: in memory, and gone with the process. */
  readonly state?: string | undefined;
  /** A directory with somebody's CA, instead of our own root. */
  readonly caCerts?: string | undefined;
  /** Of a root that has yet to be made. Default: P-256. */
  readonly rootKey?: 'P-256' | 'RSA-2048' | undefined;
  /** Of a mesh whose MeshConfig does not say. Throws if it says another. */
  readonly trustDomain?: string | undefined;
  /** DNS names and IP addresses by which proxies look for pharos. */
  readonly names: readonly string[];
  /** Who else makes tokens that are believed. */
  readonly tokenIssuers?: readonly TokenIssuerOption[] | undefined;
  /** `namespace/serviceAccount` of proxies that serve whole nodes. */
  readonly trustedNodeAccounts?: readonly string[];
  readonly workloadTtlMs: number;
  readonly maxWorkloadTtlMs: number;
  /** How long workloads know a new root before anybody shows a certificate of it. */
  readonly trustFirstMs?: number | undefined;
  /** How long a workload's certificate stays after its last stream. */
  readonly graceMs?: number | undefined;
  readonly connectionLimits?: SecureOptions['connectionLimits'];
  readonly certificateLimits?: SecureOptions['certificateLimits'];
  /** Streams end within this time after what proves their caller. */
  readonly expirySpreadMs?: number | undefined;
}

export interface Identities {
  readonly authority: Authority;
  readonly tokens: Tokens;
  readonly certificates: WorkloadCertificates;
  readonly secure: SecureOptions;
  readonly close: () => void;
}

/** Opens the authority and what proves callers. Throws an Error that says what is wrong with which file. */
export async function openIdentities(
  options: IdentityOptions,
  controlPlane: ControlPlane,
  { log, onEvent }: { readonly log: Logger; readonly onEvent: (event: ServerEvent) => void },
): Promise<Identities> {
  const { config } = controlPlane.mesh;
  const { trustDomain } = config();
  if (options.trustDomain !== undefined && options.trustDomain !== trustDomain) {
    throw new Error(
      `the MeshConfig says trustDomain: ${trustDomain}, and --trust-domain ${options.trustDomain}: leave one out`,
    );
  }
  const authority = await open(options, trustDomain, log);
  const tokens = await openTokens({ state: options.state, trustDomain, trusted: options.tokenIssuers ?? [], log });
  const certificates = createWorkloadCertificates({
    authority,
    secrets: controlPlane.workloadSecrets,
    timers: realTimers,
    validityMs: options.workloadTtlMs,
    ...(options.trustFirstMs !== undefined && { trustFirstMs: options.trustFirstMs }),
    ...(options.graceMs !== undefined && { graceMs: options.graceMs }),
    onFailure: (identity, error) =>
      onEvent({ kind: 'issuing-failed', at: performance.now(), whose: spiffeUri(identity), error }),
  });
  const watch = warnOfAnotherTrustDomain(controlPlane, trustDomain, log);
  return {
    authority,
    tokens,
    certificates,
    secure: {
      address: options.address,
      authority,
      authenticator: tokens.authenticator,
      trustDomainFor: (name) =>
        name === trustDomain || config().trustDomainAliases.includes(name) ? trustDomain : undefined,
      names: options.names,
      maxValidityMs: options.maxWorkloadTtlMs,
      trustedNodeAccounts: options.trustedNodeAccounts ?? [],
      residents: residentsOf(controlPlane.store),
      connectionLimits: options.connectionLimits,
      certificateLimits: options.certificateLimits,
      expirySpreadMs: options.expirySpreadMs,
    },
    close: () => {
      watch.stop();
      certificates.close();
      tokens.close();
      authority.close();
    },
  };
}

/** Certificates, tokens and what proxies expect of each other would have to change in one moment. */
function warnOfAnotherTrustDomain({ graph, mesh }: ControlPlane, trustDomain: string, log: Logger): Watch<string> {
  const look = (): void => {
    const now = watch.read();
    if (now !== trustDomain) log.error({ now, until: trustDomain }, 'the trust domain has changed: restart pharos');
  };
  const watch = graph.watch(
    'trust domain',
    () => mesh.config().trustDomain,
    () => setImmediate(look),
  );
  watch.read();
  return watch;
}

function open(
  { caCerts, state, rootKey, workloadTtlMs, maxWorkloadTtlMs }: IdentityOptions,
  trustDomain: string,
  log: Logger,
): Promise<Authority> {
  const how = {
    defaultValidityMs: workloadTtlMs,
    maxValidityMs: maxWorkloadTtlMs,
    onWarning: (text: string) => log.warn(text),
    onProblem: (text: string) => log.error(text),
  };
  if (caCerts !== undefined) return openAuthority({ ...how, source: { kind: 'directory', directory: caCerts } });
  const kept = { ...(state !== undefined && { directory: state }), ...(rootKey && { keyType: rootKey }) };
  return openAuthority({ ...how, source: { kind: 'own', trustDomain, ...kept } });
}
