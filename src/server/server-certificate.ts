import { constants } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { Authority, IssuedCertificate } from '../ca/index.ts';
import type { Timers } from './timers.ts';

/** pharos' own certificate on the secure port. */
export interface ServerCertificate {
  readonly current: () => SecureContextOptions;
  /** Told when there is another one. */
  readonly onChange: (listener: () => void) => void;
  readonly close: () => void;
}

export interface ServerCertificateOptions {
  readonly authority: Authority;
  /** DNS names and IP addresses by which proxies look for pharos. */
  readonly names: readonly string[];
  readonly timers: Timers;
  /** A new one could not be made; the one before stays. */
  readonly onFailure: (error: unknown) => void;
}

/** Renewed at half its life, and when the authority changes; tried again while that fails. Throws AuthorityError for the first. */
export function createServerCertificate(options: ServerCertificateOptions): ServerCertificate {
  const { authority, names, timers, onFailure } = options;
  const listeners = new Set<() => void>();
  let issued = authority.issueServer(names);
  let callOff = timers.after(halfLife(issued, timers.now()), renew);
  const forget = authority.onChange(renew);

  function renew(): void {
    callOff();
    try {
      issued = authority.issueServer(names);
      callOff = timers.after(halfLife(issued, timers.now()), renew);
      for (const listener of listeners) listener();
    } catch (error) {
      callOff = timers.after(RETRY_MS, renew);
      onFailure(error);
    }
  }

  return {
    current: () => contextOf(issued, authority.trust().rootsPem),
    onChange: (listener) => void listeners.add(listener),
    close: () => {
      callOff();
      forget();
    },
  };
}

const RETRY_MS = 60_000;

/** When to renew a certificate that was just issued: not counted from its beginning, which lies in the past for clocks that are late. */
export function halfLife({ notAfterMs }: IssuedCertificate, nowMs: number): number {
  return Math.max((notAfterMs - nowMs) / 2, SOONEST_MS);
}

/** A certificate whose signer is about to end has next to no life; renewing it must not become a loop. */
const SOONEST_MS = 1_000;

function contextOf(issued: IssuedCertificate, rootsPem: string): SecureContextOptions {
  return {
    key: issued.keyPem,
    cert: [issued.leafPem, ...issued.intermediatesPem].join(''),
    // Named in the request for a client's certificate; whether one is believed is for the authority to say.
    ca: rootsPem,
    minVersion: 'TLSv1.2',
    // A resumed session would come back without the client's chain.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}
