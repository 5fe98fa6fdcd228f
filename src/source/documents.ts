import { type ObjectKey, type Place, type Problem, parsePath, type RawObject } from '../api/index.ts';
import { placeIn, type Spot } from './locate.ts';
import { type Item, isForeign, toObject, unroll } from './objects.ts';
import { placeAt } from './place.ts';
import { brokenObject, brokenYaml, doubtfulYaml, foreignDocument } from './problems.ts';
import { MAX_ALIASES, parseYaml, type YamlDocument } from './yaml.ts';

/** One object as one place in one file defines it. */
export interface Definition {
  readonly key: ObjectKey;
  readonly object: RawObject;
  readonly spot: Spot;
}

export interface Reading {
  /** In the order of the file. */
  readonly definitions: readonly Definition[];
  readonly problems: readonly Problem[];
  /** Whether nothing was left out: else an object that is missing here may only be unreadable at the moment. */
  readonly complete: boolean;
}

/** Reads every document of a text for itself: a broken one costs none of the others. */
export function readDocuments(file: string, text: string): Reading {
  const readings = parseYaml(text).map((document, i) =>
    readDocument(document, { file, text, document: i, inside: [] }),
  );
  return {
    definitions: readings.flatMap((reading) => reading.definitions),
    problems: readings.flatMap((reading) => reading.problems),
    complete: readings.every((reading) => reading.complete),
  };
}

function readDocument(document: YamlDocument, spot: Spot): Reading {
  // One problem is enough: the second is nearly always an echo of the first.
  const [error] = document.errors;
  if (error) return broken(syntaxProblem(error, spot));
  const doubts = document.warnings.map((warning) => doubtfulYaml(placeOf(warning, spot), warning.message));
  const read = plainValue(document, spot);
  if ('problem' in read) return broken(read.problem, doubts);
  if (read.value === null || read.value === undefined) return { definitions: [], problems: doubts, complete: true };
  if (isForeign(read.value)) return broken(foreignDocument(placeIn(document, spot, [])), doubts);
  return merge(
    unroll(read.value).map((item) => readItem(document, spot, item)),
    doubts,
  );
}

function plainValue(document: YamlDocument, spot: Spot): { value: unknown } | { problem: Problem } {
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    // The library throws for aliases only: one without an anchor, or far too many.
    const message = error instanceof Error ? error.message : String(error);
    return { problem: brokenYaml(placeIn(document, spot, []), message) };
  }
}

function readItem(document: YamlDocument, spot: Spot, { value, inside }: Item): Reading {
  const object = toObject(value);
  if ('key' in object) {
    return { definitions: [{ ...object, spot: { ...spot, inside } }], problems: [], complete: true };
  }
  const place = placeIn(document, spot, [...inside, ...parsePath(object.path)]);
  return broken(brokenObject(place, object.path, object.message, object.hint));
}

function merge(readings: readonly Reading[], doubts: readonly Problem[]): Reading {
  return {
    definitions: readings.flatMap((reading) => reading.definitions),
    problems: [...doubts, ...readings.flatMap((reading) => reading.problems)],
    complete: readings.every((reading) => reading.complete),
  };
}

function broken(problem: Problem, others: readonly Problem[] = []): Reading {
  return { definitions: [], problems: [...others, problem], complete: false };
}

type Complaint = YamlDocument['errors'][number] | YamlDocument['warnings'][number];

function syntaxProblem(error: Complaint, spot: Spot): Problem {
  const place = placeOf(error, spot);
  if (error.code === 'DUPLICATE_KEY') {
    const key = spot.text.slice(error.pos[0]).match(/^("[^"\n]*"|'[^'\n]*'|[^\s:]+)/)?.[0] ?? '';
    return brokenYaml(place, `has the key ${key} twice in one mapping`, 'remove one of the two');
  }
  const hint = error.code === 'TAB_AS_INDENT' ? 'indent with spaces' : undefined;
  return brokenYaml(place, error.message, hint);
}

function placeOf(complaint: Complaint, spot: Spot): Place {
  return placeAt(spot.file, spot.text, complaint.pos[0]);
}
