import { isUsableKey, keysIn, publicPart, type TokenKey } from '../../lib/token-key.ts';

/**
 * A JSON Web Key Set that Envoy takes. It refuses the whole listener for a set in which it can use no key, and leaves
 * out unusable keys of others: if none is surely usable, one stands beside them that verifies nothing.
 * https://datatracker.ietf.org/doc/html/rfc7517
 */
export function keySetFor(jwks: string): string {
  const keys = keysIn(jwks).map(publicPart);
  return JSON.stringify({ keys: keys.some(isUsableKey) ? keys : [...keys, NOBODYS_KEY] });
}

/**
 * Its private part is known to nobody: it is not made from one. `x` is the SHA-256 of a sentence, with the first
 * number after it that gives a point of P-256: `pharos: nobody knows the private part of this key, 2`.
 */
export const NOBODYS_KEY: TokenKey = {
  kty: 'EC',
  crv: 'P-256',
  alg: 'ES256',
  kid: 'nobody',
  x: 'jttiQB5XkjwEHnikdWpmeyFTazOVF1qQ0Tfo0MsIWyw',
  y: 'tIAiDM_sET-oRGHIrWOi7POKwj5IomrbjJlroIfjrfw',
};
