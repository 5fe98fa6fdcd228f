/**
 * How many bytes may be on their way to all proxies together. Without a bound, 500 proxies that connect at once put
 * 500 whole configurations into socket buffers.
 */
export interface Budget {
  /** Runs `start` now, or when there is room; first come, first served. `start` must call `release` when it is done. */
  admit(bytes: number, start: (release: () => void) => void): void;
  /** Gives back what a reader has held for too long, so that readers which stand still do not stop the others. */
  sweep(): void;
  readonly bytes: number;
  readonly waiting: number;
}

export interface BudgetOptions {
  readonly limitBytes: number;
  /** In ms. */
  readonly clock: () => number;
}

/** Responses up to this size wait for nobody: a small change overtakes proxies that connect. */
const SMALL_BYTES = 64 * 1024;

/** A reader that takes longer for one response stands still. */
const STALL_MS = 5_000;

export function createBudget({ limitBytes, clock }: BudgetOptions): Budget {
  const queue: { readonly bytes: number; readonly start: (release: () => void) => void }[] = [];
  const running = new Set<{ readonly since: number; readonly release: () => void }>();
  let used = 0;

  return {
    admit(bytes, start) {
      if (bytes <= SMALL_BYTES) return begin(bytes, start);
      queue.push({ bytes, start });
      drain();
    },
    sweep() {
      const before = clock() - STALL_MS;
      for (const one of running) if (one.since <= before) one.release();
    },
    get bytes() {
      return used;
    },
    get waiting() {
      return queue.length;
    },
  };

  function drain(): void {
    // One larger than the whole budget goes alone, or it would never go.
    while (queue.length > 0 && (used === 0 || used + queue[0]!.bytes <= limitBytes)) {
      const { bytes, start } = queue.shift()!;
      begin(bytes, start);
    }
  }

  function begin(bytes: number, start: (release: () => void) => void): void {
    const one = { since: clock(), release };
    running.add(one);
    used += bytes;
    start(release);

    function release(): void {
      if (!running.delete(one)) return;
      used -= bytes;
      drain();
    }
  }
}
