import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Authenticator, Caller } from '../auth/index.ts';
import type { Authority } from '../ca/index.ts';
import { type Callers, createCallers } from './callers.ts';
import {
  type CertificateLimits,
  certificateService,
  createCertificateService,
  DEFAULT_CERTIFICATE_LIMITS,
} from './certificate-service.ts';
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from './connection-limits.ts';
import type { ServerEvent } from './events.ts';
import type { ImpersonationOptions } from './impersonation.ts';
import { type Address, DEFAULT_SECURE_ADDRESS } from './listen.ts';
import { createSecurePort, type TrustDomainFor } from './secure-port.ts';
import { createServerCertificate } from './server-certificate.ts';
import { realTimers, type Timers } from './timers.ts';

/** The port where callers prove who they are. */
export interface SecureOptions extends ImpersonationOptions {
  readonly address?: Address;
  readonly authority: Authority;
  /** Of tokens, for those who present no certificate. */
  readonly authenticator: Authenticator;
  readonly trustDomainFor: TrustDomainFor;
  /** DNS names and IP addresses by which proxies look for pharos: they stand in its certificate. */
  readonly names: readonly string[];
  /** The longest life of a certificate that is given to those who ask for one. */
  readonly maxValidityMs: number;
  readonly connectionLimits?: Partial<ConnectionLimits> | undefined;
  readonly certificateLimits?: Partial<CertificateLimits> | undefined;
  readonly timers?: Timers;
  /** A stream ends within this time after its caller's token or certificate has. Default: 10 s. */
  readonly expirySpreadMs?: number | undefined;
}

export interface SecureServer {
  readonly grpc: Server;
  readonly callers: Callers;
  /** Tells when what proves a caller has ended, or a little later. Gives what calls it off. */
  readonly endAt: (caller: Caller, end: () => void) => () => void;
  readonly listen: () => Promise<Address>;
  /** Takes no more connections; those that are open stay. */
  readonly close: () => void;
}

/** A gRPC server behind TLS, with the certificate service. Whoever makes it adds the others. */
export function createSecureServer(
  options: SecureOptions,
  channelOptions: object,
  { clock, onEvent }: { readonly clock: () => number; readonly onEvent: (event: ServerEvent) => void },
): SecureServer {
  const { authority, authenticator, trustDomainFor, timers = realTimers } = options;
  const grpc = new Server({ ...channelOptions, ...SECURE_CHANNEL });
  const callers = createCallers({ authenticator, timers });
  const certificate = createServerCertificate({
    authority,
    names: options.names,
    timers,
    onFailure: (error) => onEvent({ kind: 'issuing-failed', at: clock(), whose: 'pharos', error }),
  });
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const port = createSecurePort({
    authority,
    certificate,
    trustDomainFor,
    timers,
    limits: { ...DEFAULT_CONNECTION_LIMITS, ...options.connectionLimits },
    inject: (socket) => injector.injectConnection(socket),
    onRefused: (peer, reason) => onEvent({ kind: 'connection-refused', at: clock(), peer, reason }),
  });
  const certificates = createCertificateService({
    ...options,
    callers,
    timers,
    clock,
    onEvent,
    limits: { ...DEFAULT_CERTIFICATE_LIMITS, ...options.certificateLimits },
  });
  grpc.addService(certificateService, { ...certificates });
  return {
    grpc,
    callers,
    endAt: ({ expiresAtMs, via }, end) => {
      if (expiresAtMs === undefined) return () => {};
      const endsAtMs = via === 'token' ? expiresAtMs + TOKEN_SKEW_MS : expiresAtMs;
      // Tokens that were made together end together: their proxies need not all come back together.
      const spreadMs = Math.random() * (options.expirySpreadMs ?? EXPIRY_SPREAD_MS);
      return timers.after(Math.max(endsAtMs - timers.now(), 0) + spreadMs, end);
    },
    listen: () => port.listen(options.address ?? DEFAULT_SECURE_ADDRESS),
    close: () => {
      port.close();
      certificate.close();
    },
  };
}

const EXPIRY_SPREAD_MS = 10_000;

/** So long after its end a token is still taken. A stream that ended sooner would be opened again with it. */
const TOKEN_SKEW_MS = 30_000;

const SECURE_CHANNEL = {
  // Agents ask for certificates and are quiet for hours: they connect again when they need to.
  'grpc.max_connection_idle_ms': 5 * 60_000,
  'grpc.max_concurrent_streams': 1_000,
};
