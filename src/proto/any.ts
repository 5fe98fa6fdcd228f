import { ProtoJsonError, show } from './json-values.ts';
import { schema } from './schema.ts';
import { isJsonObject, specialWriters } from './special-messages.ts';

/** What lies in the literal of an Any. `name` is undefined for an Any of nothing, `{}`. */
export interface AnyContent {
  readonly name: string | undefined;
  readonly url: string;
  /** Still with its @type, unless its JSON is its own: to copy each would cost more than to step over it. */
  readonly message: unknown;
}

/**
 * Reads `{"@type": "type.googleapis.com/…", …}`. Fields lie next to @type, or all under `value` where the message has a
 * JSON of its own. https://protobuf.dev/programming-guides/json/#any
 */
export function anyContent(any: unknown): AnyContent {
  if (!isJsonObject(any)) throw new ProtoJsonError(`must be an object with an @type, not ${show(any)}`);
  const url = any['@type'];
  if (url === undefined && Object.keys(any).length === 0) return { name: undefined, url: '', message: any };
  const name = anyName(url);
  if (!hasOwnJson(name)) return { name, url: url as string, message: any };
  const stray = Object.keys(any).find((key) => key !== 'value' && key !== '@type');
  if (stray !== undefined) throw new ProtoJsonError(`${name} goes under "value"`).within(stray);
  return { name, url: url as string, message: any['value'] };
}

function anyName(url: unknown): string {
  const name = messageName(url);
  if (name === undefined) throw new ProtoJsonError(`no message of Envoy's API is called ${show(url)}`).within('@type');
  return name;
}

/** The message of a type URL, if Envoy's API has it. */
export function messageName(url: unknown): string | undefined {
  const name = typeof url === 'string' ? url.slice(url.lastIndexOf('/') + 1) : '';
  return Object.hasOwn(schema().messages, name) ? name : undefined;
}

/** Whether an Any holds the message under `value`, because its JSON is not an object of fields. */
export function hasOwnJson(name: string): boolean {
  return name in specialWriters || name === 'google.protobuf.Any';
}
