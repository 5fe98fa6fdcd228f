import { atMost } from './at-most.ts';
import { DEFAULT_FETCH_LIMITS, type Fetch, type FetchLimits } from './fetch-text.ts';
import { type FetchedKeySet, type FollowedKeySet, type FollowOptions, followKeySet } from './follow-key-set.ts';
import { realTimers, type Timers } from './timers.ts';

/** Key sets at https and http addresses, kept fresh. Never throws. */
export interface KeySetFetcher {
  /** These and no others, from now on. One at `…/.well-known/openid-configuration` is the one that is named there. */
  readonly want: (uris: readonly string[]) => void;
  /** What is known of one that is wanted, when it has been asked for once; it is asked for again if it lacks this key. */
  readonly withKey: (uri: string, kid: string | undefined) => Promise<FetchedKeySet>;
  readonly stop: () => void;
}

export interface KeySetFetcherOptions {
  /** What is known of a key set has changed. `jwks` is the last good one; undefined for all of it: no longer wanted. */
  readonly onKeySet?: (uri: string, known: { readonly jwks?: string; readonly failure?: string } | undefined) => void;
  readonly fetch?: Fetch;
  readonly timers?: Timers;
  readonly random?: () => number;
  readonly limits?: Partial<FetchLimits>;
  /** Whatever the answer says of how long it may be kept: a key that was revoked must not be believed for a day. Default: 20 min. */
  readonly refreshMs?: number;
  /** Default: 1 s. */
  readonly retryMs?: number;
  /** Default: 30 s. */
  readonly cooldownMs?: number;
}

const AT_ONCE = 16;

export function createKeySetFetcher(options: KeySetFetcherOptions = {}): KeySetFetcher {
  const { onKeySet = () => {} } = options;
  const followed = new Map<string, FollowedKeySet>();
  const inTurn = atMost(AT_ONCE);

  function drop(uri: string, { stop }: FollowedKeySet): void {
    stop();
    followed.delete(uri);
  }

  function follow(uri: string): FollowedKeySet {
    const onChange = ({ keySet, failure }: FetchedKeySet): void =>
      onKeySet(uri, { ...(keySet && { jwks: keySet.jwks }), ...(failure !== undefined && { failure }) });
    return followKeySet(uri, { ...defaults(options), inTurn, onChange });
  }

  return {
    want(uris) {
      const wanted = new Set(uris);
      for (const [uri, one] of followed) {
        if (wanted.has(uri)) continue;
        drop(uri, one);
        onKeySet(uri, undefined);
      }
      for (const uri of wanted) if (!followed.has(uri)) followed.set(uri, follow(uri));
    },
    async withKey(uri, kid) {
      const one = followed.get(uri);
      if (!one) return { keySet: undefined, failure: 'is not wanted' };
      await one.asked;
      if (!one.current().keySet?.kids.has(kid)) await one.refresh();
      return one.current();
    },
    stop() {
      for (const [uri, one] of followed) drop(uri, one);
    },
  };
}

function defaults(options: KeySetFetcherOptions): Omit<FollowOptions, 'inTurn' | 'onChange'> {
  const { fetch = globalThis.fetch, timers = realTimers, random = Math.random, limits } = options;
  const { refreshMs = 20 * 60_000, retryMs = 1_000, cooldownMs = 30_000 } = options;
  return { fetch, timers, random, limits: { ...DEFAULT_FETCH_LIMITS, ...limits }, refreshMs, retryMs, cooldownMs };
}
