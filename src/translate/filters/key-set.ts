import { createPublicKey, type KeyObject } from 'node:crypto';

/**
 * A JSON Web Key Set that Envoy takes. It refuses the whole listener for a set in which it can use no key, and leaves
 * out unusable keys of others: if none is surely usable, one stands beside them that verifies nothing.
 * https://datatracker.ietf.org/doc/html/rfc7517
 */
export function keySetFor(jwks: string): string {
  const keys = keysIn(jwks).map(publicPart);
  return JSON.stringify({ keys: keys.some(isUsable) ? keys : [...keys, NOBODYS_KEY] });
}

type Key = Readonly<Record<string, string>>;

/**
 * Its private part is known to nobody: it is not made from one. `x` is the SHA-256 of a sentence, with the first
 * number after it that gives a point of P-256: `pharos: nobody knows the private part of this key, 2`.
 */
export const NOBODYS_KEY: Key = {
  kty: 'EC',
  crv: 'P-256',
  alg: 'ES256',
  kid: 'nobody',
  x: 'jttiQB5XkjwEHnikdWpmeyFTazOVF1qQ0Tfo0MsIWyw',
  y: 'tIAiDM_sET-oRGHIrWOi7POKwj5IomrbjJlroIfjrfw',
};

function keysIn(jwks: string): readonly unknown[] {
  try {
    const { keys } = JSON.parse(jwks) as { keys?: unknown };
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}

/** What a signature is verified with: no certificates, and nothing that should be secret. */
function publicPart(key: unknown): Key {
  if (typeof key !== 'object' || key === null) return {};
  const members = PUBLIC.map((name) => [name, (key as Readonly<Record<string, unknown>>)[name]] as const);
  return Object.fromEntries(
    members.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.toWellFormed()]] : [])),
  );
}

const PUBLIC = ['kty', 'kid', 'use', 'alg', 'crv', 'x', 'y', 'n', 'e'];

function isUsable(key: Key): boolean {
  const algorithms = ALGORITHMS[key['crv'] ?? key['kty'] ?? ''];
  if (!algorithms || !(key['alg'] === undefined || algorithms.includes(key['alg']))) return false;
  if (!NUMBERS.every((name) => key[name] === undefined || BASE64URL.test(key[name]))) return false;
  try {
    return isOfUsualSize(createPublicKey({ format: 'jwk', key: { ...key } }));
  } catch {
    return false;
  }
}

/** Envoy's BoringSSL takes RSA from 512 bits on, with an odd exponent of up to 33; nobody signs with what is near that. */
function isOfUsualSize({ asymmetricKeyDetails = {} }: KeyObject): boolean {
  const { modulusLength: bits, publicExponent = 65_537n } = asymmetricKeyDetails;
  if (bits === undefined) return true;
  return (
    bits >= 1_024 && bits <= 8_192 && publicExponent % 2n === 1n && publicExponent >= 3n && publicExponent < 2n ** 32n
  );
}

/** By curve, or by type of key. https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
  Ed25519: ['EdDSA'],
};

const NUMBERS = ['x', 'y', 'n', 'e'];

/** Node.js reads more than Envoy does. */
const BASE64URL = /^[A-Za-z0-9_-]+$/;
