import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { type Authenticator, Unauthenticated } from './caller.ts';
import { callerOf } from './claims.ts';
import { type Issuer, IssuerError } from './issuer.ts';

export interface AuthenticatorOptions {
  /** Of everybody who is let in, whatever tokens say. */
  readonly trustDomain: string;
  readonly issuers: readonly Issuer[];
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * Believes tokens of these issuers, for their audiences, signed by their keys and in force. Throws an IssuerError if two
 * have one name: it would be left to chance whose keys count.
 */
export function createAuthenticator({ trustDomain, issuers, clock }: AuthenticatorOptions): Authenticator {
  const byName = new Map(issuers.map((one) => [one.issuer, one]));
  const twice = issuers.find((one) => byName.get(one.issuer) !== one);
  if (twice) throw new IssuerError(`the issuer ${twice.issuer} is there twice: give it once, with all its audiences`);
  return {
    async authenticateToken(token) {
      const said = unverified(token);
      const issuer = byName.get(said.issuer);
      if (!issuer) throw new Unauthenticated('the token is of an issuer that is not believed here');
      return callerOf(await verified(token, said.kid, issuer, clock()), trustDomain);
    },
  };
}

/** Those of Kubernetes have about 1,000 characters. */
const LONGEST = 16 * 1024;

/** Public keys only. With `none` or a shared secret, whoever can check a token could make it. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Clocks that are further apart than this do not agree on certificates either. */
const SKEW_SECONDS = 30;

/** What a token says of itself: enough to find the keys that will prove it. */
function unverified(token: string): { readonly issuer: string; readonly kid: string | undefined } {
  if (token.length > LONGEST) throw new Unauthenticated(`the token has more than ${LONGEST} characters`);
  const { header, payload } = decoded(token);
  if (!ALGORITHMS.includes(String(header.alg))) {
    throw new Unauthenticated(
      `the token is signed in a way that is not accepted: not by any of ${ALGORITHMS.join(', ')}`,
    );
  }
  if (typeof payload.iss !== 'string') throw new Unauthenticated('the token does not say who issued it');
  return { issuer: payload.iss, kid: typeof header.kid === 'string' ? header.kid : undefined };
}

function decoded(token: string) {
  try {
    return { header: decodeProtectedHeader(token), payload: decodeJwt(token) };
  } catch {
    throw new Unauthenticated('the token is malformed: not a signed JSON Web Token');
  }
}

async function verified(token: string, kid: string | undefined, issuer: Issuer, nowMs: number): Promise<JWTPayload> {
  const keySet = await issuer.keySet(kid);
  if (!keySet) throw new Unauthenticated(`the keys of the issuer ${issuer.issuer} cannot be had now: try again later`);
  try {
    const { payload } = await jwtVerify(token, keySet.keyOf, {
      algorithms: ALGORITHMS,
      issuer: issuer.issuer,
      audience: [...issuer.audiences],
      requiredClaims: ['exp', 'sub'],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(nowMs),
    });
    return payload;
  } catch (error) {
    throw new Unauthenticated(reasonOf(error, issuer));
  }
}

/** jose's own messages are for programmers, and some repeat what the token says. */
function reasonOf(error: unknown, { audiences }: Issuer): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return claimReason(error, audiences);
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature of the token does not verify';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the token is signed with a key that its issuer does not have';
  if (error instanceof errors.JWKSMultipleMatchingKeys) {
    // https://openid.net/specs/openid-connect-core-1_0.html#SigRot
    return 'the token does not say with which of the keys of its issuer it is signed: it has no "kid", or one of two keys';
  }
  return 'the token is malformed';
}

function claimReason({ claim, reason }: errors.JWTClaimValidationFailed, audiences: readonly string[]): string {
  if (claim === 'aud') return `the token is not for this service: its audience must be ${audiences.join(' or ')}`;
  if (claim === 'nbf' && reason === 'check_failed') return 'the token is not in force yet';
  return `the token is malformed: "${claim}" is missing or not what it should be`;
}
