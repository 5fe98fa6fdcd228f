import { fetchKeySet } from './fetch-key-set.ts';
import type { Fetch, FetchLimits } from './fetch-text.ts';
import type { KeySet } from './key-set.ts';
import type { Timers } from './timers.ts';

/** What is known of a key set. */
export interface FetchedKeySet {
  /** The last good one; undefined: there never was one. */
  readonly keySet: KeySet | undefined;
  /** Why the last attempt failed, in words that continue "the key set …"; undefined: it did not. */
  readonly failure: string | undefined;
}

export interface FollowOptions {
  readonly fetch: Fetch;
  readonly timers: Timers;
  /** At least 0 and less than 1. */
  readonly random: () => number;
  readonly limits: FetchLimits;
  readonly refreshMs: number;
  /** After a first failure, then twice as long each time, up to `refreshMs`. */
  readonly retryMs: number;
  /** Nobody makes us ask more often than this. */
  readonly cooldownMs: number;
  readonly inTurn: <T>(job: () => Promise<T>) => Promise<T>;
  readonly onChange: (fetched: FetchedKeySet) => void;
}

/** One key set that is kept fresh. */
export interface FollowedKeySet {
  /** When it has been asked for once, with whatever outcome. */
  readonly asked: Promise<void>;
  readonly current: () => FetchedKeySet;
  /** Asks again now, unless that was a short time ago. Over when the answer is there. */
  readonly refresh: () => Promise<void>;
  readonly stop: () => void;
}

/** Asks at once, and again and again. What was good stays while asking fails. */
export function followKeySet(uri: string, options: FollowOptions): FollowedKeySet {
  const { timers, refreshMs, retryMs, cooldownMs, inTurn, onChange } = options;
  const ended = new AbortController();
  let fetched: FetchedKeySet = { keySet: undefined, failure: undefined };
  let failures = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  let callOff = (): void => {};

  function ask(): Promise<void> {
    running ??= attempt();
    return running;
  }

  async function attempt(): Promise<void> {
    callOff();
    const read = await inTurn(() => {
      askedAt = timers.now();
      return fetchKeySet(uri, { ...options, signal: ended.signal });
    });
    running = undefined;
    if (ended.signal.aborted) return;
    failures = 'mistake' in read ? failures + 1 : 0;
    callOff = timers.after(pauseMs(), () => void ask());
    take('mistake' in read ? { ...fetched, failure: read.mistake } : { keySet: read.value, failure: undefined });
  }

  function take(next: FetchedKeySet): void {
    const same = next.keySet?.jwks === fetched.keySet?.jwks && next.failure === fetched.failure;
    if (same) return;
    fetched = next;
    onChange(fetched);
  }

  /** Those who began together do not go on together. */
  function pauseMs(): number {
    const longest = failures === 0 ? refreshMs : Math.min(retryMs * 2 ** (failures - 1), refreshMs);
    return longest * (1 - JITTER * options.random());
  }

  return {
    asked: ask(),
    current: () => fetched,
    refresh: async () => (running || timers.now() - askedAt >= cooldownMs ? ask() : undefined),
    stop: () => {
      callOff();
      ended.abort();
    },
  };
}

const JITTER = 0.2;
