import { isWithin, type Path, type PathPattern, type Steps, stepsOf } from './path.ts';

/**
 * What a mistake costs, kind by kind: where it lies → the unit that goes. A mistake that no line names costs only the
 * field or the list element it is in. The rule behind every line: a mistake never spreads and never widens.
 */
export type Costs = Readonly<Record<PathPattern, Cost>>;

/** A part of the object around the mistake that is left out, or left in another form. */
type Cost = PathPattern | { readonly unit: PathPattern; readonly becomes: Replacement };

export type Part = Readonly<Record<string, unknown>>;

export interface Replacement {
  readonly of: (part: Part) => Part;
  /** The field that the replacement made: nothing is said about it. */
  readonly made: string;
}

/** Nothing of the object is usable: whoever holds an older version keeps it. */
export const THE_OBJECT = '';

/** The field or list element that a mistake is in, inside something that costs more. */
export const ITSELF = '.';

/** What is to be done about one mistake. */
export interface Cut {
  readonly unit: Path;
  readonly becomes: Replacement | undefined;
}

/** The cut for a mistake at a path. */
export type CutFor = (path: Path) => Cut;

export function cutsBy(costs: Costs): CutFor {
  const lines = Object.entries(costs).map(([at, cost]) => lineOf(at, cost));
  // The closest line decides.
  lines.sort((a, b) => b.at.length - a.at.length);
  return (path) => {
    const line = lines.find(({ at }) => isWithin(path, at));
    return line?.depth !== undefined
      ? { unit: path.slice(0, line.depth), becomes: line.becomes }
      : { unit: path, becomes: undefined };
  };
}

/** Whether some line is about a path: else a mistake there costs only itself. */
export function isCostly(cutFor: CutFor, path: Path): boolean {
  const { unit, becomes } = cutFor(path);
  return becomes !== undefined || unit.length < path.length;
}

interface Line {
  readonly at: Steps;
  /** Undefined: the mistake itself. */
  readonly depth: number | undefined;
  readonly becomes: Cut['becomes'];
}

function lineOf(at: PathPattern, cost: Cost): Line {
  if (cost === ITSELF) return { at: stepsOf(at), depth: undefined, becomes: undefined };
  const { unit, becomes } = typeof cost === 'string' ? { unit: cost, becomes: undefined } : cost;
  // A unit surrounds the mistake, so that its list positions are the first ones of the mistake's own path.
  if (!`${at}.`.replaceAll('[]', '.[]').startsWith(unit && `${unit}.`.replaceAll('[]', '.[]'))) {
    throw new Error(`a mistake at ${at} cannot cost ${unit}: that does not surround it`);
  }
  return { at: stepsOf(at), depth: stepsOf(unit).length, becomes };
}
