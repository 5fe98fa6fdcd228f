import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import type { HttpCall, TokenRule } from '../policy/index.ts';
import { keySetFor } from '../translate/filters/key-set.ts';

export type Claims = NonNullable<HttpCall['claims']>;

/** `mistake` continues "the token …", and repeats nothing that is secret of it. */
export type Verified =
  | { readonly claims: Claims }
  | { readonly mistake: string; readonly kind: 'other-issuer' | 'audience' | 'bad' };

/** What Envoy makes of a token by one rule, in its order. https://github.com/google/jwt_verify_lib */
export async function verifyToken(text: string, rule: TokenRule, now: Date): Promise<Verified> {
  const parts = parse(text);
  if (!parts) return { kind: 'bad', mistake: 'is not a JSON Web Token' };
  const refused = refusalOf(parts.claims, rule, now) ?? (await signatureMistake(text, parts.header, rule));
  return refused ?? { claims: parts.claims };
}

/** What is wrong with the claims of a token, whoever signed it. */
export function refusalOf(claims: Claims, { issuer, audiences }: TokenRule, now: Date) {
  const { iss, aud, exp, nbf } = claims;
  if (issuer !== '' && iss !== issuer) {
    const said = iss === undefined ? 'names no issuer' : `is of issuer ${JSON.stringify(iss)}`;
    return { kind: 'other-issuer', mistake: `${said}, and the rule is about ${JSON.stringify(issuer)}` } as const;
  }
  const seconds = now.getTime() / 1000;
  if (typeof nbf === 'number' && nbf > seconds + SKEW) {
    return { kind: 'bad', mistake: `is not valid before ${timeText(nbf)}` } as const;
  }
  if (typeof exp === 'number' && exp < seconds - SKEW) {
    return { kind: 'bad', mistake: `expired at ${timeText(exp)}` } as const;
  }
  const isMeant = audiences.length === 0 || [aud].flat().some((one) => audiences.some((audience) => audience === one));
  if (isMeant) return undefined;
  return { kind: 'audience', mistake: `is for none of the audiences ${audiences.join(', ')}` } as const;
}

/** Seconds, by which clocks may differ: Envoy's own. */
const SKEW = 60;

function timeText(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? `${seconds}` : time.toISOString();
}

interface Header {
  readonly alg: string;
  readonly kid: string | undefined;
}

function parse(text: string): { readonly header: Header; readonly claims: Claims } | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(text);
    const claims = decodeJwt(text);
    return alg === undefined ? undefined : { header: { alg, kid }, claims };
  } catch {
    return undefined;
  }
}

async function signatureMistake(text: string, { alg, kid }: Header, { jwks }: TokenRule) {
  const { keys } = JSON.parse(keySetFor(jwks)) as { readonly keys: readonly JWK[] };
  const candidates = keys.filter(
    (key) => (!kid || !key.kid || key.kid === kid) && (key.alg === undefined || key.alg === alg),
  );
  for (const key of candidates) {
    if (ALGORITHMS.includes(alg) && (await isSignedBy(text, key, alg))) return undefined;
  }
  const mistake =
    candidates.length === 0
      ? `is signed with ${alg} by a key that is not known here: ${keys.length} are (those at a jwksUri are not fetched for this answer)`
      : 'is not signed by any key of the rule';
  return { kind: 'bad', mistake } as const;
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

async function isSignedBy(text: string, key: JWK, alg: string): Promise<boolean> {
  try {
    await compactVerify(text, await importJWK(key, alg));
    return true;
  } catch {
    return false;
  }
}
