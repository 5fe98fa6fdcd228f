import type { Logger } from 'pino';
import { spiffeUri } from '../lib/spiffe.ts';
import type { ServerEvent } from '../server/index.ts';

/** What happens before a stream is a proxy's, and apart from streams. */
export type SecurityEvent = Extract<
  ServerEvent,
  { kind: 'connection-refused' | 'unauthenticated' | 'certificate-issued' | 'certificate-refused' | 'issuing-failed' }
>;

/** Logs who was let in and given what: identities and reasons, never a token, a key or a certificate. */
export function logSecurity(log: Logger, event: SecurityEvent): void {
  switch (event.kind) {
    case 'connection-refused':
      return log.warn({ peer: event.peer }, `connection refused: ${event.reason}`);
    case 'unauthenticated':
      return log.warn({ peer: event.peer }, `caller refused: ${event.reason}`);
    case 'certificate-refused':
      return log.warn({ peer: event.peer, code: event.code }, `certificate refused: ${event.reason}`);
    case 'issuing-failed':
      return log.error({ identity: event.whose, err: event.error }, 'no new certificate could be made');
    case 'certificate-issued': {
      const { peer, identity, caller, expiresAtMs, ignored } = event;
      const expires = new Date(expiresAtMs).toISOString();
      const fields = { peer, identity: spiffeUri(identity), caller: spiffeUri(caller), expires };
      if (ignored.length > 0) log.debug({ ...fields, ignored }, 'names in a certificate request ignored');
      return log.info(fields, 'certificate issued');
    }
  }
}
