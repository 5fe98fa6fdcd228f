import type { JsonObject, JsonValue } from './resource.ts';

/**
 * A message for showing, in the words of Envoy's own config dump: what its API marks as sensitive is blackened, wherever
 * it stands. Places and file names stay.
 */
export function redact(message: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(message).map(([key, value]) => [key, redactField(key, value)]));
}

/** Fields with `udpa.annotations.sensitive`, by either of their names. */
const SENSITIVE: ReadonlySet<string> = new Set([
  ...['privateKey', 'private_key', 'password', 'pkcs12', 'keys'],
  ...['secret', 'secrets', 'token', 'tokenSecret', 'hmacSecret', 'hmac_secret', 'apiKey', 'api_key'],
]);

function redactField(key: string, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => redactField(key, item));
  if (typeof value !== 'object' || value === null) return value;
  const object = value as JsonObject;
  return SENSITIVE.has(key) ? withoutContent(object) : redact(object);
}

/** Of a DataSource, or of several by name. */
function withoutContent(source: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(source).map(([key, value]) => {
      if (CONTENTS.has(key)) return [key, '[redacted]'];
      return [key, typeof value === 'object' ? redactDeep(value) : value];
    }),
  );
}

const CONTENTS: ReadonlySet<string> = new Set(['inlineBytes', 'inlineString', 'inline_bytes', 'inline_string']);

function redactDeep(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(redactDeep);
  return typeof value === 'object' && value !== null ? withoutContent(value as JsonObject) : value;
}
