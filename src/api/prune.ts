import type { z } from 'zod';
import { type Cut, type CutFor, isCostly } from './cost.ts';
import { createDraft, type Draft, type Renumbered } from './draft.ts';
import { type Finding, findingsOf } from './finding.ts';
import { childOf, isWithin, type Path, type Steps, valueAt } from './path.ts';

export interface PruneRules<T> {
  readonly schema: z.ZodType<T>;
  readonly cutFor: CutFor;
  /** Fields that say to what something applies. An unknown field beside an absent one may have been meant to be it. */
  readonly narrowing: readonly Steps[];
  /** Whether a key without a value is a key that is not there. */
  readonly nullIsAbsent: boolean;
  /** Looks at a value whose every field is right. */
  readonly check: (value: T) => readonly Finding[];
}

type Rules = Pick<PruneRules<unknown>, 'cutFor' | 'narrowing'>;

export interface Pruned<T> {
  readonly value: T | undefined;
  /** With paths as the user wrote them. */
  readonly findings: readonly Finding[];
  readonly renumbered: Renumbered | undefined;
}

/** Leaves out what is wrong, as little as can be, until the rest is right. The input is not touched. */
export function prune<T>(written: unknown, rules: PruneRules<T>): Pruned<T> {
  const draft = createDraft(written, rules.nullIsAbsent);
  const findings: Finding[] = [];
  // What is missing because it was taken away was told when it was.
  const tell = (found: readonly Finding[]): void => {
    const located = found.map((finding) => ({ ...finding, path: draft.writtenPath(finding.path) }));
    findings.push(...located.filter(({ path }) => !draft.isGone(path)));
    for (const { meant } of found) if (meant && valueAt(draft.value(), meant) === undefined) draft.markGone(meant);
  };

  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const { value, found } = look(draft, rules);
    const costly = found.filter(costsSomething);
    const cuts = costly.flatMap((finding) => cutsOf(finding, draft, rules));
    const isLost = cuts.some(({ unit }) => unit.length === 0);
    const isDone = value !== undefined && cuts.length === 0;
    // Remarks are about what is left, so they wait for the end.
    tell(isDone || isLost ? found : costly);
    if (isLost) return { value: undefined, findings, renumbered: undefined };
    if (isDone) return { value, findings, renumbered: draft.renumbered() };
    draft.apply(cuts);
  }
  tell([{ path: [], severity: 'error', code: 'too-many-mistakes', message: 'has too many mistakes to be usable' }]);
  return { value: undefined, findings, renumbered: undefined };
}

/** A turn finds all mistakes that do not hide behind others; three are usual, and nobody nests this many. */
const MOST_TURNS = 100;

function look<T>(draft: Draft, rules: PruneRules<T>): { value: T | undefined; found: readonly Finding[] } {
  const result = rules.schema.safeParse(draft.value());
  if (result.success) return { value: result.data, found: rules.check(result.data) };
  if (!draft.firstLook()) return look(draft, rules);
  return { value: undefined, found: findingsOf(result.error.issues, rules.schema, draft.value()) };
}

function costsSomething(finding: Finding): boolean {
  return finding.severity === 'error' && !finding.settled;
}

/** The smallest unit around the mistake that is there to be taken away. */
function cutsOf(finding: Finding, draft: Draft, rules: Rules): readonly Cut[] {
  const itself: Cut = { unit: finding.path, becomes: undefined };
  const isUnknown = finding.code === 'unknown-field';
  if (isUnknown) {
    const meant = finding.meant ?? narrowingBeside(finding.path, draft, rules);
    if (meant && isCostly(rules.cutFor, meant)) return [rules.cutFor(meant), itself];
    if (finding.meant) return [itself];
  }
  for (let path = finding.path; ; path = path.slice(0, -1)) {
    const cut = rules.cutFor(path);
    const isThere = cut.unit.length === 0 || valueAt(draft.value(), cut.unit) !== undefined;
    // What a part becomes still has the field that nobody knows.
    if (isThere) return isUnknown && cut.becomes ? [cut, itself] : [cut];
  }
}

function narrowingBeside(path: Path, draft: Draft, { narrowing }: Rules): Path | undefined {
  const parent = path.slice(0, -1);
  const beside = narrowing.filter((steps) => steps.length === path.length && isWithin(parent, steps.slice(0, -1)));
  const key = beside
    .map((steps) => steps.at(-1)!)
    .find((key) => childOf(valueAt(draft.value(), parent), key) === undefined);
  return key === undefined ? undefined : [...parent, key];
}
