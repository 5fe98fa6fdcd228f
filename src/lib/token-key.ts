import { createPublicKey, type KeyObject } from 'node:crypto';

/** The public part of a JSON Web Key. https://datatracker.ietf.org/doc/html/rfc7517#section-4 */
export type TokenKey = Readonly<Record<string, string>>;

/** As they are written, of whatever kind; none if there is no key set. */
export function keysIn(jwks: string): readonly unknown[] {
  try {
    const { keys } = JSON.parse(jwks) as { keys?: unknown };
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}

/** What a signature is verified with: no certificates, and nothing that should be secret. */
export function publicPart(key: unknown): TokenKey {
  if (typeof key !== 'object' || key === null) return {};
  const members = PUBLIC.map((name) => [name, (key as Readonly<Record<string, unknown>>)[name]] as const);
  return Object.fromEntries(
    members.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.toWellFormed()]] : [])),
  );
}

const PUBLIC = ['kty', 'kid', 'use', 'alg', 'crv', 'x', 'y', 'n', 'e'];

/** Whether a proxy can verify something with it. */
export function isUsableKey(key: TokenKey): boolean {
  const algorithms = ALGORITHMS[key['crv'] ?? key['kty'] ?? ''];
  if (!algorithms || !(key['alg'] === undefined || algorithms.includes(key['alg']))) return false;
  if (!NUMBERS.every((name) => key[name] === undefined || BASE64URL.test(key[name]))) return false;
  try {
    return isOfUsualSize(createPublicKey({ format: 'jwk', key: { ...key } }));
  } catch {
    return false;
  }
}

/** BoringSSL takes RSA from 512 bits on, with an odd exponent of up to 33; nobody signs with what is near that. */
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

/** Node.js reads more than that. */
const BASE64URL = /^[A-Za-z0-9_-]+$/;
