import { isDeepStrictEqual } from 'node:util';
import type { Change, Problem } from '../api/index.ts';
import { createDefinitions } from './definitions.ts';
import { type Definition, type Reading, readDocuments } from './documents.ts';
import { createLocator } from './locate.ts';

/**
 * What a set of texts means: objects and problems. Knows no disk and no clock. Takes in any number of changed texts;
 * `settle` then says what became different for the reader.
 */
export interface Contents {
  /** The text of a file is this now. */
  readonly read: (file: string, text: string) => void;
  /** A file or directory cannot be read; what it held stays in force. No problem: it can be read again. */
  readonly complain: (subject: string, problem: Problem | undefined) => void;
  readonly remove: (file: string) => void;
  readonly holdsObjects: (file: string) => boolean;
  readonly settle: () => readonly Change[];
}

export function createContents(): Contents {
  const definitions = createDefinitions(createLocator());
  const own = new Map<string, readonly Problem[]>();
  const said = new Map<string, readonly Problem[]>();
  let touched = new Set<string>();

  const say = (subject: string, problems: readonly Problem[]): void => {
    if (problems.length > 0) own.set(subject, problems);
    else own.delete(subject);
    touched.add(subject);
  };

  const read = (file: string, text: string): void => {
    const reading = readDocuments(file, text);
    definitions.replace(file, keepMissing(reading, definitions.of(file)));
    say(file, reading.problems);
  };

  const remove = (file: string): void => {
    definitions.replace(file, []);
    say(file, []);
  };

  const settle = (): readonly Change[] => {
    const { changes, files } = definitions.settle();
    const subjects = [...new Set([...touched, ...files])].sort();
    touched = new Set();
    return [...changes, ...subjects.flatMap(problemsOf)];
  };

  const problemsOf = (subject: string): Change[] => {
    const problems = [...(own.get(subject) ?? []), ...definitions.duplicates(subject)];
    if (isDeepStrictEqual(problems, said.get(subject) ?? [])) return [];
    if (problems.length > 0) said.set(subject, problems);
    else said.delete(subject);
    return [{ kind: 'problems', subject, problems }];
  };

  return {
    read,
    complain: (subject, problem) => (problem || own.has(subject) ? say(subject, problem ? [problem] : []) : undefined),
    remove,
    holdsObjects: (file) => definitions.of(file).length > 0,
    settle,
  };
}

/** While a part of a file cannot be read, an object that was in the file and is missing now is taken to be in that part. */
function keepMissing({ definitions, complete }: Reading, before: readonly Definition[]): readonly Definition[] {
  if (complete) return definitions;
  const present = new Set(definitions.map((definition) => definition.key));
  return [...definitions, ...before.filter((definition) => !present.has(definition.key))];
}
