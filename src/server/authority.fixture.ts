import type { Authority, IssuedCertificate } from '../ca/index.ts';
import { spiffeUri } from '../lib/spiffe.ts';
import type { Timers } from './timers.ts';

/** An authority whose certificates are words: `cert 1 of spiffe://…`. Counts, and changes when a test says so. */
export interface FakeAuthority extends Authority {
  readonly issued: readonly string[];
  /** Another signer, and another root beside the first. */
  readonly change: () => void;
  readonly fail: (fails: boolean) => void;
}

export function createFakeAuthority(timers: Timers, lifeMs = 60_000): FakeAuthority {
  const listeners = new Set<() => void>();
  const issued: string[] = [];
  let roots = 'root 1';
  let fails = false;
  const make = (whose: string, validityMs = lifeMs): IssuedCertificate => {
    if (fails) throw new Error('the signer has expired');
    issued.push(whose);
    const leafPem = `cert ${issued.length} of ${whose};`;
    const now = timers.now();
    const times = { notBeforeMs: now - 120_000, notAfterMs: now + validityMs };
    return { leafPem, intermediatesPem: ['intermediate;'], rootsPem: roots, keyPem: `key ${issued.length}`, ...times };
  };
  return {
    issued,
    change() {
      roots += ', root 2';
      for (const listener of listeners) listener();
    },
    fail: (now) => {
      fails = now;
    },
    sign: (_, id, validityMs) => make(spiffeUri(id), validityMs),
    issue: (id, validityMs) => make(spiffeUri(id), validityMs),
    issueServer: (names, validityMs) => make(names.join(), validityMs),
    trust: () => ({ rootsPem: roots, crlPem: undefined }),
    verify: () => ({ ok: false, reason: 'nobody is believed' }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    describe: () => {
      throw new Error('nobody asks');
    },
    close: () => {},
  };
}
