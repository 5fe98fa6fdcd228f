import type { Condition, Leaf } from '../../../policy/index.ts';

/** How a language says what holds trees together. */
export interface Words<T> {
  readonly always: T;
  readonly never: T;
  readonly all: (parts: readonly T[]) => T;
  readonly any: (parts: readonly T[]) => T;
  readonly not: (part: T) => T;
  readonly leaf: (leaf: Leaf) => T;
}

/** A condition in another language. Envoy takes no empty lists. */
export function say<T>(condition: Condition, words: Words<T>): T {
  switch (condition.kind) {
    case 'all':
      return condition.of.length === 0 ? words.always : words.all(condition.of.map((part) => say(part, words)));
    case 'any':
      return condition.of.length === 0 ? words.never : words.any(condition.of.map((part) => say(part, words)));
    case 'not':
      return words.not(say(condition.of, words));
    default:
      return words.leaf(condition);
  }
}

/** The parts of which one is enough. */
export function alternatives(condition: Condition): readonly Condition[] {
  return condition.kind === 'any' && condition.of.length > 0 ? condition.of : [condition];
}

/** Source conditions and target conditions are told apart before they come here. */
export function misplaced({ kind }: Leaf, place: 'from' | 'to'): Error {
  return new Error(`a condition on ${kind} must not stand in \`${place}\` of a rule`);
}
