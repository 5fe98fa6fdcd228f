import { createPublicKey } from 'node:crypto';
import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose';
import type { Read } from '../lib/certificates.ts';

/** Public keys of an issuer: https://www.rfc-editor.org/rfc/rfc7517#section-5 */
export interface KeySet {
  /** As JSON. Only what is public, and only keys that can verify tokens. */
  readonly jwks: string;
  readonly kids: ReadonlySet<string | undefined>;
  /** The one key that goes with a token's header. */
  readonly keyOf: JWTVerifyGetKey;
}

/**
 * Reads a key set. Private parts are left behind, as are keys that are shared secrets, too short, of another kind, or for
 * encryption. A mistake continues "the key set …", and shows nothing of the text: a secret may have got into it.
 */
export function readKeySet(text: string): Read<KeySet> {
  const listed = keysOf(text);
  if (!listed) return { mistake: 'is not a JSON Web Key Set: {"keys": […]}' };
  const keys = listed.flatMap((key) => publicPart(key) ?? []);
  if (keys.length === 0) return { mistake: 'has no public key that tokens can be verified with' };
  return {
    value: {
      jwks: JSON.stringify({ keys }),
      kids: new Set(keys.map(({ kid }) => kid)),
      keyOf: createLocalJWKSet({ keys }),
    },
  };
}

function keysOf(text: string): readonly unknown[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { readonly keys?: unknown };
    return Array.isArray(keys) ? keys : undefined;
  } catch {
    return undefined;
  }
}

/** Members that are known to be public: a list of private ones would be too short one day. */
const PUBLIC = ['kty', 'use', 'key_ops', 'alg', 'kid', 'crv', 'x', 'y', 'n', 'e'] as const;

/** Undefined for a key that no token can be verified with. */
function publicPart(key: unknown): (JWK & { readonly kid?: string }) | undefined {
  if (typeof key !== 'object' || key === null) return undefined;
  const members = key as Readonly<Record<string, unknown>>;
  const { kid, use, key_ops: operations } = members;
  if (kid !== undefined && typeof kid !== 'string') return undefined;
  if (use !== undefined && use !== 'sig') return undefined;
  const jwk = Object.fromEntries(PUBLIC.flatMap((name) => (name in members ? [[name, members[name]]] : [])));
  if (operations !== undefined) {
    // With its private part gone, verifying is all that is left of `sign`.
    if (!Array.isArray(operations) || !operations.some((one) => one === 'verify' || one === 'sign')) return undefined;
    jwk['key_ops'] = ['verify'];
  }
  return isUsable(jwk) ? (jwk as JWK & { readonly kid?: string }) : undefined;
}

const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/** The upper limit keeps checking a signature cheap. */
const RSA_BITS = { least: 2048, most: 8192 };

function isUsable(jwk: JWK): boolean {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPublicKey({ key: jwk, format: 'jwk' });
    if (type === 'ed25519') return true;
    if (type === 'ec') return CURVES.includes(details?.namedCurve ?? '');
    const { modulusLength = 0, publicExponent = 0n } = details ?? {};
    const bitsFit = modulusLength >= RSA_BITS.least && modulusLength <= RSA_BITS.most;
    return (
      type === 'rsa' && bitsFit && publicExponent >= 3n && publicExponent % 2n === 1n && publicExponent < 1n << 32n
    );
  } catch {
    return false;
  }
}
