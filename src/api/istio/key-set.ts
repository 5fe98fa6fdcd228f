import type { Mistake } from '../vocabulary.ts';

/** A key set in which no signature can be verified. */
export const NO_KEYS = '{"keys":[]}';

/**
 * What is wrong with a JSON Web Key Set. It is never shown, since a key that should be kept secret may have got into it.
 * https://datatracker.ietf.org/doc/html/rfc7517#section-5
 */
export function keySetMistake(text: string): Mistake | undefined {
  const keys = keysOf(text);
  if (!keys) return { message: 'must be a JSON Web Key Set: {"keys": […]}' };
  if (!keys.every(isKey)) return { message: 'must have keys with a type: {"keys": [{"kty": "RSA", …}]}' };
  if (keys.some(isSecret)) {
    const message = 'must hold public keys only: with a secret one, every proxy that checks tokens could make them';
    return { message, code: 'secret-key' };
  }
  return undefined;
}

function keysOf(text: string): readonly unknown[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    return Array.isArray(keys) ? keys : undefined;
  } catch {
    return undefined;
  }
}

type Key = Readonly<Record<string, unknown>>;

function isKey(key: unknown): key is Key {
  return typeof key === 'object' && key !== null && typeof (key as Key)['kty'] === 'string';
}

/** `oct` is a shared secret; `d` is the private part of all other types. */
function isSecret(key: Key): boolean {
  return key['kty'] === 'oct' || key['d'] !== undefined;
}
