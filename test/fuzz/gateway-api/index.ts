/**
 * Fuzz: what pharos makes of generated objects of Gateway API, right and wrong ones.
 *
 *   in   how many, and a seed
 *   out  what is wrong, with the smallest configuration that shows it; and how much there was to see
 *
 * Nothing may throw, nothing be held back as what an Envoy would reject, and no request go where no rule says so. Who may
 * take a request is worked out twice: by an interpreter of Envoy's routes from what a proxy is sent (envoy.ts), and by an
 * oracle of the specification from what is written (oracle.ts). Where nothing is wrong they must agree in everything.
 */
import fc from 'fast-check';
import { stringify } from 'yaml';
import { examine, type Figures, noFigures, type Trial } from './examine.ts';
import { anyTrial } from './trials.ts';

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  /** No further ones are begun after this many milliseconds. */
  readonly withinMs?: number;
  /** After each. */
  readonly onRun?: (runs: number, figures: Figures) => void;
}

export interface FuzzResult {
  readonly runs: number;
  readonly figures: Figures;
  /** For people; undefined: all is well. */
  readonly failure: string | undefined;
}

export async function fuzz({ runs, seed, withinMs, onRun }: FuzzOptions): Promise<FuzzResult> {
  const figures = noFigures();
  let done = 0;
  let isSearching = true;
  const property = fc.property(await anyTrial(), (trial) => {
    // What comes after a failure makes it smaller.
    const wrong = examine(trial, isSearching ? figures : undefined);
    if (isSearching) onRun?.(++done, figures);
    if (wrong.length === 0) return;
    isSearching = false;
    throw new Error(wrong.join('\n'));
  });
  const found = fc.check(property, {
    numRuns: runs,
    seed,
    ...(withinMs !== undefined && { interruptAfterTimeLimit: withinMs }),
  });
  return { runs: found.numRuns, figures, failure: found.failed && found.counterexample ? tell(found) : undefined };
}

function tell({ seed, counterexample, errorInstance }: fc.RunDetails<[Trial]>): string {
  const [{ objects, requests, hasPool }] = counterexample!;
  const shown = objects.map((object) => stringify(object)).join('---\n');
  return [
    errorInstance instanceof Error ? errorInstance.message : `${errorInstance}`,
    `seed ${seed}; ${hasPool ? 'a pool of addresses' : 'an Envoy for each Gateway'}; ${requests.length} requests:`,
    shown,
  ].join('\n');
}
