import type { Timers } from '../../server/index.ts';
import { AskFailed } from './ask.ts';
import type { Identity } from './identity.ts';

export interface KeepOptions {
  /** Throws an AskFailed. */
  readonly obtain: (before: Identity | undefined) => Promise<Identity>;
  readonly timers: Timers;
  /** At least 0 and less than 1. */
  readonly random: () => number;
  readonly onIdentity: (identity: Identity) => void;
  /** There is none, or no new one; it is tried again after so many milliseconds. */
  readonly onFailure: (failure: AskFailed, againMs: number) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Obtains an identity, and a new one when half of its life has passed. It is over when the first one is there (or it was
 * ended); that one is waited for while nobody answers. Throws an AskFailed if waiting will not help.
 */
export async function keepIdentity(options: KeepOptions): Promise<void> {
  const { obtain, timers, random, onIdentity, onFailure, signal } = options;
  let current: Identity | undefined;
  let failures = 0;

  /** How long to wait before the next attempt. */
  async function attempt(): Promise<number> {
    try {
      const identity = await obtain(current);
      current = identity;
      failures = 0;
      if (!signal.aborted) onIdentity(identity);
      return Math.max(((identity.notAfterMs - timers.now()) / 2) * (1 - JITTER * random()), SOONEST_MS);
    } catch (error) {
      if (!(error instanceof AskFailed) || (!current && error.fault !== 'unreachable')) throw error;
      const againMs = Math.min(FIRST_RETRY_MS * 2 ** failures++, LAST_RETRY_MS) * (1 - JITTER * random());
      if (!signal.aborted) onFailure(error, againMs);
      return againMs;
    }
  }

  /** Attempts, each after a pause, as long as `goOn` says. Gives how long the next pause is. */
  async function attempts(firstPauseMs: number, goOn: () => boolean): Promise<number> {
    let ms = firstPauseMs;
    while (goOn() && !signal.aborted) {
      await pause(ms, timers, signal);
      if (!signal.aborted) ms = await attempt();
    }
    return ms;
  }

  const nextMs = await attempts(0, () => !current);
  void attempts(nextMs, () => true);
}

/** Proxies that started together do not renew together. */
const JITTER = 0.2;

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

/** A certificate whose signer is about to end has next to no life; renewing it must not become a loop. */
const SOONEST_MS = 1_000;

function pause(ms: number, timers: Timers, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0) return resolve();
    const callOff = timers.after(ms, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    const abort = (): void => {
      callOff();
      resolve();
    };
    signal.addEventListener('abort', abort);
  });
}
