import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** A moment to test at, in seconds since 1970. */
export const NOW = 1_800_000_000;

export type Claims = { readonly [claim in keyof JWTPayload]: JWTPayload[claim] | undefined };

/** An issuer of tokens that can be made as wrong as a test wants. */
export interface TestIssuer {
  readonly name: string;
  readonly privateKey: CryptoKey;
  /** Public. */
  readonly jwk: JWK;
  readonly jwks: string;
  readonly token: (claims?: Claims, header?: Readonly<Record<string, unknown>>) => Promise<string>;
}

export async function testIssuer(name: string, alg = 'ES256', kid = 'one'): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const { kty, ...rest } = await exportJWK(publicKey);
  // In the order in which pharos writes members.
  const { crv, x, y, n, e } = rest as Readonly<Record<string, string>>;
  const jwk = JSON.parse(JSON.stringify({ kty, kid, crv, x, y, n, e })) as JWK;
  const claims = { iss: name, aud: 'istio-ca', sub: 'system:serviceaccount:shop:cart', iat: NOW, exp: NOW + 600 };
  return {
    name,
    privateKey,
    jwk,
    jwks: JSON.stringify({ keys: [jwk] }),
    token: (other = {}, header = {}) =>
      new SignJWT({ ...claims, ...other } as JWTPayload).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
}

/** A token put together by hand: nobody checks whether it makes sense. */
export function rawToken(header: object, payload: object, signature = 'c2lnbmVk'): string {
  return `${base64url(header)}.${base64url(payload)}.${signature}`;
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
