/** Paths at which something may have happened, collected until it is quiet, and handed on one batch at a time. */
export interface Hints {
  /** `certain`: somebody saw this very name touched, so what is there is read whatever its times and size say. */
  readonly touch: (path: string, certain: boolean) => void;
  /** The same after a while. */
  readonly touchLater: (path: string, afterMs: number) => void;
  readonly stop: () => void;
}

export interface Pace {
  /** A batch begins when nothing was heard for this long: one rename is several hints. */
  readonly quietMs: number;
  /** But never later than this after its first hint. */
  readonly atMostMs: number;
}

/** `check` never runs twice at once; what comes meanwhile waits for the next batch. */
export function createHints(pace: Pace, check: (dirty: ReadonlyMap<string, boolean>) => Promise<void>): Hints {
  let dirty = new Map<string, boolean>();
  let since: number | undefined;
  let running = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const timers = new Set<NodeJS.Timeout>();

  const touch = (path: string, certain: boolean): void => {
    dirty.set(path, certain || dirty.get(path) === true);
    since ??= performance.now();
    if (!running && !stopped) arm();
  };

  const arm = (): void => {
    clearTimeout(timer);
    const rest = since! + pace.atMostMs - performance.now();
    timer = setTimeout(() => void run(), Math.max(0, Math.min(pace.quietMs, rest)));
  };

  const run = async (): Promise<void> => {
    running = true;
    const batch = dirty;
    dirty = new Map();
    since = undefined;
    await check(batch);
    running = false;
    if (dirty.size > 0 && !stopped) arm();
  };

  const touchLater = (path: string, afterMs: number): void => {
    const later = setTimeout(() => {
      timers.delete(later);
      touch(path, true);
    }, afterMs);
    timers.add(later);
  };

  const stop = (): void => {
    stopped = true;
    clearTimeout(timer);
    for (const later of timers) clearTimeout(later);
  };

  return { touch, touchLater, stop };
}
