import type { Logger } from 'pino';
import {
  type Authenticator,
  createAuthenticator,
  openTokenIssuer,
  type TokenIssuer,
  type TrustedIssuer,
  trustIssuer,
} from '../auth/index.ts';

/** Somebody else who makes tokens that are believed. */
export interface TokenIssuerOption {
  readonly issuer: string;
  /** A file or a URL; undefined: where the issuer's discovery document says. */
  readonly jwks: string | undefined;
  /** Empty: `istio-ca`. */
  readonly audiences: readonly string[];
}

export interface TokensOptions {
  /** Where the keys of our own tokens are kept. Undefined: in memory, and gone with the process. */
  readonly state: string | undefined;
  readonly trustDomain: string;
  readonly trusted: readonly TokenIssuerOption[];
  readonly log: Logger;
}

/** Our own tokens, and whose any token is. */
export interface Tokens {
  readonly authenticator: Authenticator;
  readonly own: TokenIssuer;
  readonly close: () => void;
}

/** Throws an IssuerError that says what is wrong with which file. */
export async function openTokens({ state, trustDomain, trusted, log }: TokensOptions): Promise<Tokens> {
  const clock = Date.now;
  const own = await openTokenIssuer({ directory: state, clock, onWarning: (text) => log.warn(text) });
  const others: TrustedIssuer[] = [];
  const close = (): void => {
    for (const one of others) one.close();
  };
  try {
    for (const one of trusted) others.push(await trustIssuer({ ...one, onProblem: (text) => log.error(text) }));
    return { authenticator: createAuthenticator({ trustDomain, issuers: [own, ...others], clock }), own, close };
  } catch (error) {
    close();
    throw error;
  }
}
