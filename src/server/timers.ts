/** Time, as the server's own work needs it. Injected, so that tests need no waiting. */
export interface Timers {
  /** Milliseconds since 1970: what certificates and tokens speak of. */
  readonly now: () => number;
  /** Runs a job once, later. Gives what calls it off. */
  readonly after: (ms: number, job: () => void) => () => void;
  /** Runs a job in a later turn of the event loop, when sockets have been looked at. */
  readonly nextTurn: (job: () => void) => void;
}

/** Timers that do not keep the process alive. */
export const realTimers: Timers = {
  now: Date.now,
  after(ms, job) {
    let timer = setTimeout(next, Math.min(ms, LONGEST_MS)).unref();
    let left = ms;
    function next(): void {
      left -= LONGEST_MS;
      if (left <= 0) return job();
      timer = setTimeout(next, Math.min(left, LONGEST_MS)).unref();
    }
    return () => clearTimeout(timer);
  },
  nextTurn: (job) => void setImmediate(job),
};

/** setTimeout takes 24 days at most, and fires at once for more. */
const LONGEST_MS = 2 ** 31 - 1;
