import type { Timers } from './timers.ts';

/** Time that passes when a test says so. */
export interface TestTimers extends Timers {
  /** Jobs that are due meanwhile run, in their order. */
  readonly advance: (ms: number) => void;
  /** How long until the next job; undefined: there is none. */
  readonly next: () => number | undefined;
}

export function testTimers(startMs = 1_800_000_000_000): TestTimers {
  let now = startMs;
  const jobs = new Map<object, { readonly at: number; readonly job: () => void }>();
  const soonest = () => [...jobs].sort(([, a], [, b]) => a.at - b.at)[0];
  return {
    now: () => now,
    after(ms, job) {
      const key = {};
      jobs.set(key, { at: now + ms, job });
      return () => jobs.delete(key);
    },
    next: () => {
      const found = soonest();
      return found && found[1].at - now;
    },
    advance(ms) {
      const until = now + ms;
      for (let due = soonest(); due && due[1].at <= until; due = soonest()) {
        jobs.delete(due[0]);
        now = due[1].at;
        due[1].job();
      }
      now = until;
    },
  };
}
