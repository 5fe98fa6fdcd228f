import { keyOf, type ObjectKey, type Path, type RawObject } from '../api/index.ts';

/** An object in a document, and the way to it. */
export interface Item {
  readonly value: unknown;
  readonly inside: Path;
}

/** What is wrong with the outside of an object; `path` starts at the object. */
export interface Complaint {
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** The objects of one document: itself, or what is in it if it is a List of any kind, to any depth. */
export function unroll(value: unknown, inside: Path = []): readonly Item[] {
  if (!isRecord(value) || !isList(value)) return [{ value, inside }];
  const items = (value['items'] ?? []) as readonly unknown[];
  return items.flatMap((item, i) => unroll(withKindOf(value, item), [...inside, 'items', i]));
}

/** `List`, and `VirtualServiceList` if it has items: a kind may be called AllowList and be no list. */
function isList({ kind, items }: Fields): boolean {
  if (typeof kind !== 'string' || !kind.endsWith('List')) return false;
  return Array.isArray(items) || (kind === 'List' && (items === undefined || items === null));
}

/** In a list of one kind, the API server leaves out what all items have in common. */
function withKindOf(list: Fields, item: unknown): unknown {
  const kind = String(list['kind']).slice(0, -'List'.length);
  return isRecord(item) && kind !== '' ? { apiVersion: list['apiVersion'], kind, ...item } : item;
}

export function isForeign(value: unknown): boolean {
  return isRecord(value) && value['apiVersion'] === undefined && value['kind'] === undefined;
}

/** The object and its name, or what keeps it from having one. */
export function toObject(value: unknown): { key: ObjectKey; object: RawObject } | Complaint {
  if (!isRecord(value)) return { path: '', message: `must be an object, not ${describe(value)}` };
  const { apiVersion, kind, metadata } = value;
  const complaint = checkWord(apiVersion, 'apiVersion') ?? checkWord(kind, 'kind') ?? checkMetadata(metadata);
  if (complaint) return complaint;
  const object = value as unknown as RawObject;
  return { key: keyOf(object), object };
}

function checkMetadata(metadata: unknown): Complaint | undefined {
  if (!isRecord(metadata)) return missing('metadata.name');
  const { name, namespace } = metadata;
  // An empty `namespace:` is what templates leave behind; kubectl takes it as none.
  const absent = namespace === undefined || namespace === null || namespace === '';
  return checkWord(name, 'metadata.name') ?? (absent ? undefined : checkWord(namespace, 'metadata.namespace'));
}

function checkWord(value: unknown, path: string): Complaint | undefined {
  if (value === undefined || value === null || value === '') return missing(path);
  if (typeof value !== 'string') {
    const message = `must be a string, not ${describe(value)}`;
    return typeof value === 'object'
      ? { path, message }
      : { path, message, hint: `put it in quotes: "${String(value)}"` };
  }
  const slashes = path === 'apiVersion' ? 1 : 0;
  if (value.split('/').length - 1 <= slashes) return undefined;
  return { path, message: `must not have more than ${slashes} "/", as in ${JSON.stringify(value)}` };
}

function missing(path: string): Complaint {
  return { path, message: `${path} is missing` };
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
