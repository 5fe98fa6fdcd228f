/**
 * Authentication: whose a token is.
 *
 *   in   issuers that are believed (our own, with a key of this machine; any OIDC issuer, by its keys), tokens
 *   out  callers, by SPIFFE id; tokens of our own; key sets, fetched and kept fresh
 *
 * Does not know how a token came here, nor what a caller may do.
 */
export { type AuthenticatorOptions, createAuthenticator } from './authenticator.ts';
export { type Authenticator, type Caller, Unauthenticated } from './caller.ts';
export { DEFAULT_AUDIENCE, type Issuer, IssuerError } from './issuer.ts';
export { type KeySet, readKeySet } from './key-set.ts';
export { createKeySetFetcher, type KeySetFetcher, type KeySetFetcherOptions } from './key-set-fetcher.ts';
export { openTokenIssuer, type TokenIssuer, type TokenIssuerOptions, type TokenSubject } from './token-issuer.ts';
export { type TrustedIssuer, type TrustedIssuerOptions, trustIssuer } from './trusted-issuer.ts';
