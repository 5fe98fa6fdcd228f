import type { SpiffeId } from '../lib/spiffe.ts';

/** Who calls, and what proves it. */
export interface Caller {
  readonly identity: SpiffeId;
  readonly via: 'certificate' | 'token';
  /** The name of the Pod that a token is bound to. */
  readonly pod?: string | undefined;
  /** Another Pod may come to have that name; it never has this. */
  readonly podUid?: string | undefined;
  /** The node that a token is bound to. */
  readonly node?: string | undefined;
  /** When what proves it ends. Milliseconds since 1970. */
  readonly expiresAtMs?: number | undefined;
}

/** Says whose tokens are. */
export interface Authenticator {
  /** Throws an Unauthenticated, and nothing else, for a token of nobody. */
  readonly authenticateToken: (token: string) => Promise<Caller>;
}

/** A caller is nobody. The message may be told to him and be logged: it repeats nothing that he sent, and no key. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
}
