import type { Timers } from './timers.ts';

/** Time that stands still until a test moves it. */
export interface FakeTimers extends Timers {
  /** Runs what becomes due on the way, in order, and turns of the event loop in between; not those of the end. */
  readonly advance: (ms: number) => void;
  /** Turns of the event loop until nothing is left to do; gives how many it took. */
  readonly settle: () => number;
  readonly planned: number;
}

export function createFakeTimers(start = 1_000_000): FakeTimers {
  const planned = new Set<{ readonly at: number; readonly job: () => void }>();
  let turns: (() => void)[] = [];
  let now = start;
  const settle = (): number => {
    for (let count = 0; ; count++) {
      const [job, ...rest] = turns;
      if (!job) return count;
      turns = rest;
      job();
    }
  };
  return {
    now: () => now,
    nextTurn: (job) => void turns.push(job),
    after(ms, job) {
      const plan = { at: now + ms, job };
      planned.add(plan);
      return () => planned.delete(plan);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...planned].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if ((next?.at ?? end) > now && settle() > 0) continue;
        if (!next) break;
        planned.delete(next);
        now = next.at;
        next.job();
      }
      now = end;
    },
    settle,
    get planned() {
      return planned.size;
    },
  };
}
