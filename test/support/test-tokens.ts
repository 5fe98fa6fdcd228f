import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';

/** Who signs: keys of several kinds, and one that no key set has. */
export type Signer = 'main' | 'ec' | 'ed' | 'stranger' | 'nobody';

export interface Issuer {
  /** A JSON Web Key Set of the public keys of these. */
  readonly keySet: (...signers: readonly Signer[]) => string;
  /** `exp` and `nbf` are seconds from now; without `exp` it holds for an hour. */
  readonly sign: (claims: JWTPayload, signer?: Signer) => Promise<string>;
}

const ALGORITHMS = { main: 'RS256', ec: 'ES256', ed: 'EdDSA', stranger: 'RS256' } as const;

export async function createIssuer(): Promise<Issuer> {
  const pairs = await Promise.all(
    Object.entries(ALGORITHMS).map(async ([kid, alg]) => {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      return [kid, { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } }] as const;
    }),
  );
  const keys: Readonly<Record<string, { alg: string; privateKey: CryptoKey; jwk: object }>> = Object.fromEntries(pairs);
  return {
    keySet: (...signers) => JSON.stringify({ keys: signers.map((signer) => keys[signer]!.jwk) }),
    sign: (claims, signer = 'main') => {
      const payload = timed(claims);
      if (signer === 'nobody') return Promise.resolve(new UnsecuredJWT(payload).encode());
      const { alg, privateKey } = keys[signer]!;
      // A stranger says that he is the one whose key is known.
      const kid = signer === 'stranger' ? 'main' : signer;
      return new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(privateKey);
    },
  };
}

function timed({ exp = 3600, nbf, ...claims }: JWTPayload): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return { ...claims, exp: now + exp, ...(nbf !== undefined && { nbf: now + nbf }) };
}
