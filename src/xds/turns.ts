/**
 * Takes jobs a few at a time, in turns of the event loop, so that a change which concerns every proxy does not keep
 * sockets and timers waiting. A job that already waits is not added twice.
 */
export interface Turns {
  add(job: () => void): void;
  readonly waiting: number;
}

/** With one, what proxies answer is read before the next is told, and the last waits for all of them. */
const AT_A_TIME = 8;

export function createTurns(nextTurn: (job: () => void) => unknown = setImmediate): Turns {
  const jobs = new Set<() => void>();
  let isScheduled = false;
  const schedule = (): void => {
    if (isScheduled || jobs.size === 0) return;
    isScheduled = true;
    nextTurn(takeSome);
  };
  const takeSome = (): void => {
    isScheduled = false;
    try {
      for (const job of [...jobs.values().take(AT_A_TIME)]) {
        jobs.delete(job);
        job();
      }
    } finally {
      // One that failed does not cost the others their turn.
      schedule();
    }
  };
  return {
    add(job) {
      jobs.add(job);
      schedule();
    },
    get waiting() {
      return jobs.size;
    },
  };
}
