import type { LocatedProblem } from '../store/index.ts';
import type { ControlPlane } from './index.ts';

/** How long after a change its problems are looked up: pushing comes first. Milliseconds. */
const AFTER_MS = 300;

/** Call what this returns after a change: `tell` hears of all problems some time later, once for many changes. */
export function watchProblems(
  { graph, relationProblems, problems }: ControlPlane,
  tell: (problems: readonly LocatedProblem[]) => void,
): () => void {
  // Held for as long as the process lives, so that what has been looked at is remembered.
  const watch = graph.watch('problems', relationProblems, () => {});
  let waiting = false;
  const look = (): void => {
    waiting = false;
    watch.read();
    tell(problems());
  };
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(look, AFTER_MS).unref();
  };
}
