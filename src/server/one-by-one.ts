import type { Timers } from './timers.ts';

/** Work that would hold up the event loop, done one piece a turn: streams are served in between. */
export interface OneByOne {
  readonly add: (job: () => void) => void;
  readonly waiting: number;
}

export function createOneByOne(nextTurn: Timers['nextTurn']): OneByOne {
  const jobs: (() => void)[] = [];
  let taken = 0;
  const next = (): void => {
    const job = jobs[taken++]!;
    if (taken === jobs.length) {
      jobs.length = 0;
      taken = 0;
    } else nextTurn(next);
    job();
  };
  return {
    add(job) {
      jobs.push(job);
      if (jobs.length === 1) nextTurn(next);
    },
    get waiting() {
      return jobs.length - taken;
    },
  };
}
