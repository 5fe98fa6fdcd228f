import type { Origin } from '../mesh/index.ts';

/**
 * One issuer whose tokens a workload knows. A request with a token that no rule accepts is refused with 401; one
 * without a token is not. https://istio.io/latest/docs/reference/config/security/jwt/
 */
export interface TokenRule {
  readonly origin: Origin;
  readonly issuer: string;
  /** Empty: any. */
  readonly audiences: readonly string[];
  /** A JSON Web Key Set as text. Keys that could not be had are a set that verifies nothing, so that it fails closed. */
  readonly jwks: string;
  /** Where tokens are looked for; if all three are empty, in `Authorization: Bearer` and the parameter `access_token`. */
  readonly fromHeaders: readonly { readonly name: string; readonly prefix: string }[];
  readonly fromParams: readonly string[];
  readonly fromCookies: readonly string[];
  /** The payload, base64url, goes to the application in this header. */
  readonly outputPayloadToHeader: string | undefined;
  readonly outputClaimToHeaders: readonly { readonly header: string; readonly claim: string }[];
  readonly forwardOriginalToken: boolean;
  /** Claims, beside `scope` and `permission`, whose words between blanks are a list. Absent: none. */
  readonly spaceDelimitedClaims?: readonly string[];
}
