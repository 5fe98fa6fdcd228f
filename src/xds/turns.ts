/**
 * Takes jobs one by one, each in its own turn of the event loop, so that a change which concerns every proxy does not
 * keep sockets and timers waiting. A job that already waits is not added twice.
 */
export interface Turns {
  add(job: () => void): void;
  readonly waiting: number;
}

export function createTurns(nextTurn: (job: () => void) => unknown = setImmediate): Turns {
  const jobs = new Set<() => void>();
  const takeOne = (): void => {
    const [job] = jobs;
    if (!job) return;
    jobs.delete(job);
    if (jobs.size > 0) nextTurn(takeOne);
    job();
  };
  return {
    add(job) {
      if (jobs.has(job)) return;
      jobs.add(job);
      if (jobs.size === 1) nextTurn(takeOne);
    },
    get waiting() {
      return jobs.size;
    },
  };
}
