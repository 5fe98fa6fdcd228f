import type { Authority } from '../ca/index.ts';
import { type SpiffeId, spiffeUri } from '../lib/spiffe.ts';
import { ROOTS_ROW, type WorkloadSecrets } from '../translate/index.ts';
import { createOneByOne } from './one-by-one.ts';
import type { Timers } from './timers.ts';

/** Keeps a certificate in force for every workload whose proxy takes it from its xDS stream. */
export interface WorkloadCertificates {
  /** A stream of this workload has opened: its certificate is there when this returns. Gives what says that it has ended. */
  readonly hold: (identity: SpiffeId) => () => void;
  /** How many workloads have one. */
  readonly size: number;
  readonly close: () => void;
}

export interface WorkloadCertificatesOptions {
  readonly authority: Authority;
  readonly secrets: WorkloadSecrets;
  readonly timers: Timers;
  /** How long a certificate lives; a new one is there at half of that. Undefined: as long as the authority gives. */
  readonly validityMs?: number | undefined;
  /** A certificate stays so long after its last stream: proxies come back. Default: a minute. */
  readonly graceMs?: number;
  /**
   * When the authority changes, workloads are told of its roots at once, and so long before anybody is given a certificate
   * of it. Default: 10 s.
   */
  readonly trustFirstMs?: number;
  /** No certificate could be made: what there is stays, and it is tried again. */
  readonly onFailure: (identity: SpiffeId, error: unknown) => void;
}

interface Held {
  readonly identity: SpiffeId;
  streams: number;
  /** Ends what is planned for it: its renewal, or its end. */
  callOffRenewal: () => void;
  callOffEnd: () => void;
}

const GRACE_MS = 60_000;
const TRUST_FIRST_MS = 10_000;
const RETRY_MS = 5_000;

export function createWorkloadCertificates(options: WorkloadCertificatesOptions): WorkloadCertificates {
  const { authority, secrets, timers, validityMs, onFailure } = options;
  const { graceMs = GRACE_MS, trustFirstMs = TRUST_FIRST_MS } = options;
  const held = new Map<string, Held>();
  const turns = createOneByOne(timers.nextTurn);
  let callOffReissue = (): void => {};
  let closed = false;
  publishTrust();
  const forget = authority.onChange(() => {
    publishTrust();
    callOffReissue();
    callOffReissue = timers.after(trustFirstMs, () => {
      for (const key of held.keys()) renewInTurn(key);
    });
  });

  function publishTrust(): void {
    secrets.trust.set(ROOTS_ROW, authority.trust());
  }

  /** Many are due at once after a start, or after a change of the authority. */
  function renewInTurn(key: string): void {
    turns.add(() => {
      const one = held.get(key);
      if (one && !closed) issue(key, one);
    });
  }

  function issue(key: string, one: Held): void {
    one.callOffRenewal();
    const again = (ms: number): void => {
      one.callOffRenewal = timers.after(ms, () => renewInTurn(key));
    };
    try {
      const { leafPem, intermediatesPem, keyPem, notAfterMs } = authority.issue(one.identity, validityMs);
      secrets.certificates.set(key, { chainPem: [leafPem, ...intermediatesPem].join(''), keyPem });
      again(Math.max((notAfterMs - timers.now()) / 2, SOONEST_MS));
    } catch (error) {
      again(RETRY_MS);
      onFailure(one.identity, error);
    }
  }

  function open(key: string, identity: SpiffeId): Held {
    const one: Held = { identity, streams: 0, callOffRenewal: () => {}, callOffEnd: () => {} };
    held.set(key, one);
    issue(key, one);
    return one;
  }

  function drop(key: string, one: Held): void {
    one.callOffRenewal();
    held.delete(key);
    secrets.certificates.delete(key);
  }

  return {
    hold(identity) {
      const key = `${identity.namespace}/${identity.serviceAccount}`;
      const one = held.get(key) ?? open(key, identity);
      if (spiffeUri(one.identity) !== spiffeUri(identity)) {
        throw new Error(`${key} is ${spiffeUri(one.identity)}, and cannot be ${spiffeUri(identity)} at the same time`);
      }
      one.callOffEnd();
      one.streams++;
      let released = false;
      return () => {
        if (released || closed) return;
        released = true;
        if (--one.streams === 0) one.callOffEnd = timers.after(graceMs, () => drop(key, one));
      };
    },
    get size() {
      return held.size;
    },
    close() {
      closed = true;
      forget();
      callOffReissue();
      for (const one of held.values()) {
        one.callOffRenewal();
        one.callOffEnd();
      }
    },
  };
}

/** A certificate whose signer is about to end has next to no life; renewing it must not become a loop. */
const SOONEST_MS = 1_000;
