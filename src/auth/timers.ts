/** Time, as this room needs it. Injected, so that tests need no waiting. */
export interface Timers {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Runs a job once, later: at most 24 days. Gives what calls it off. */
  readonly after: (ms: number, job: () => void) => () => void;
}

/** Timers that do not keep the process alive. */
export const realTimers: Timers = {
  now: Date.now,
  after(ms, job) {
    const timer = setTimeout(job, ms).unref();
    return () => clearTimeout(timer);
  },
};
