import type { LocatedProblem } from '../store/index.ts';
import type { ControlPlane } from './index.ts';

/** How long after a change its problems are looked up: pushing comes first. Milliseconds. */
const AFTER_MS = 300;

/** Certificates end although nothing changes. Milliseconds. */
const A_DAY_MS = 24 * 3_600_000;

export interface ProblemWatch {
  /** Something has changed: all problems are told some time later, once for many changes. */
  readonly changed: () => void;
  readonly stop: () => void;
}

/** Tells all problems after changes, and once a day. */
export function watchProblems(
  { graph, relationProblems, problems }: Pick<ControlPlane, 'graph' | 'relationProblems' | 'problems'>,
  tell: (problems: readonly LocatedProblem[]) => void,
): ProblemWatch {
  // Held until it is stopped, so that what has been looked at is remembered.
  const watch = graph.watch('problems', relationProblems, () => {});
  let waiting: NodeJS.Timeout | undefined;
  const look = (): void => {
    waiting = undefined;
    watch.read();
    tell(problems());
  };
  const daily = setInterval(look, A_DAY_MS).unref();
  return {
    changed: () => {
      waiting ??= setTimeout(look, AFTER_MS).unref();
    },
    stop: () => {
      clearInterval(daily);
      clearTimeout(waiting);
      watch.stop();
    },
  };
}
