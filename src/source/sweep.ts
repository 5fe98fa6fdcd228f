/** Looks at everything now and then, whether anything was heard of or not. */
export interface Sweep {
  /** Looks more often from now on; false if it is often enough already. */
  readonly atLeastEvery: (ms: number) => boolean;
  readonly stop: () => void;
}

export function createSweep(look: () => void, everyMs: number): Sweep {
  let every = everyMs;
  let timer = setInterval(look, every);
  const atLeastEvery = (ms: number): boolean => {
    if (every <= ms) return false;
    every = ms;
    clearInterval(timer);
    timer = setInterval(look, every);
    return true;
  };
  return { atLeastEvery, stop: () => clearInterval(timer) };
}
