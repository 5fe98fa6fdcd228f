import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { type Path, type Place, parsePath } from '../api/index.ts';
import { placeAt } from './place.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

/** Where an object stands: enough to find any of its values when somebody asks. */
export interface Spot {
  /** As the user would write it: `examples/canary/routes.yaml`. */
  readonly file: string;
  readonly text: string;
  /** The YAML document in the text, from 0. */
  readonly document: number;
  /** The way to the object in the document: empty, or `['items', 3]` in a List. */
  readonly inside: Path;
}

export type Locator = (spot: Spot, path: string, atKey?: boolean) => Place | undefined;

/** Reads a text again to find a place in it, and remembers the last text while memory allows. */
export function createLocator(): Locator {
  let last: { readonly text: string; readonly documents: WeakRef<readonly YamlDocument[]> } | undefined;
  const parsed = (text: string): readonly YamlDocument[] => {
    const known = last?.text === text ? last.documents.deref() : undefined;
    if (known) return known;
    const documents = parseYaml(text);
    last = { text, documents: new WeakRef(documents) };
    return documents;
  };
  return (spot, path, atKey) => {
    const document = parsed(spot.text)[spot.document];
    return document && placeIn(document, spot, [...spot.inside, ...parsePath(path)], atKey);
  };
}

/** The place of a value or of its key, or of its nearest parent that is there. */
export function placeIn(
  document: YamlDocument,
  { file, text }: Pick<Spot, 'file' | 'text'>,
  tokens: Path,
  atKey = false,
): Place {
  let step: Step = { node: document.contents, offset: offsetOf(document.contents) ?? document.range[0], used: 0 };
  for (let i = 0; i < tokens.length; i += step.used) {
    const next = stepInto(document, step.node, tokens.slice(i));
    if (!next) return placeAt(file, text, step.offset);
    step = next;
  }
  return placeAt(file, text, (atKey ? step.keyOffset : undefined) ?? step.offset);
}

interface Step {
  readonly node: unknown;
  readonly offset: number;
  /** Undefined for list items. */
  readonly keyOffset?: number | undefined;
  /** How many tokens led here. */
  readonly used: number;
}

function stepInto(document: YamlDocument, from: unknown, tokens: Path): Step | undefined {
  const node = isAlias(from) ? from.resolve(document) : from;
  if (isSeq(node)) {
    const item = node.items[Number(tokens[0])];
    const offset = offsetOf(item);
    return offset === undefined ? undefined : { node: item, offset, used: 1 };
  }
  return isMap(node) ? stepByKey(node.items, tokens) : undefined;
}

/** A key may hold dots that a path does not quote, so a key may take several tokens. */
function stepByKey(pairs: readonly Pair[], tokens: Path): Step | undefined {
  for (let used = 1; used <= tokens.length; used++) {
    const key = tokens.slice(0, used).join('.');
    const pair = pairs.find((candidate) => isScalar(candidate.key) && String(candidate.key.value) === key);
    if (!pair) continue;
    const keyOffset = offsetOf(pair.key);
    const offset = standsOnKeyLine(pair.value) ? offsetOf(pair.value) : keyOffset;
    return offset === undefined ? undefined : { node: pair.value, offset, keyOffset, used };
  }
  return undefined;
}

/** A block of lines begins with the key of something else, and an absent value is nowhere: there the own key is shown. */
function standsOnKeyLine(value: unknown): boolean {
  if (isCollection(value)) return value.flow === true;
  return isAlias(value) || (isScalar(value) && (value.source ?? '') !== '');
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | undefined)?.range?.[0];
}
