import { importJWK, SignJWT } from 'jose';
import { isNamespace, isServiceAccount } from './claims.ts';
import { DEFAULT_AUDIENCE, type Issuer, IssuerError } from './issuer.ts';
import type { KeySet } from './key-set.ts';
import { directoryKeys, memoryKeys, type TokenKeys } from './token-keys.ts';

/** Makes tokens, where there is no Kubernetes that does. */
export interface TokenIssuer extends Issuer {
  /** Throws an IssuerError for names that nobody can have, and if its keys have become unusable. */
  readonly sign: (of: TokenSubject) => Promise<string>;
  /** The public keys, for others who are to believe these tokens. */
  readonly jwks: () => Promise<string>;
  /** Signs with a new key from now on. Earlier ones stay believed until somebody takes them out of the file. */
  readonly rotate: () => Promise<void>;
}

/** Whom a token is for. */
export interface TokenSubject {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Default: `istio-ca`. */
  readonly audience?: string | undefined;
  readonly ttlMs: number;
  /** The Pod that it is bound to, and the node. */
  readonly pod?: string | undefined;
  readonly podUid?: string | undefined;
  readonly node?: string | undefined;
}

export interface TokenIssuerOptions {
  /** Where its keys are kept. Undefined: in memory, and gone with the process. */
  readonly directory?: string | undefined;
  /** Default: `pharos`. */
  readonly issuer?: string | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Something that works but should not stay: keys that others may read. */
  readonly onWarning?: (text: string) => void;
}

/** Its tokens are believed for their key, so the name need not tell one pharos from another. */
const NAME = 'pharos';

/**
 * Our own issuer. Its tokens have the form of Kubernetes' own; its keys are made where there are none. Throws an IssuerError
 * that says what is wrong with which file.
 */
export async function openTokenIssuer(options: TokenIssuerOptions): Promise<TokenIssuer> {
  const { directory, issuer = NAME, clock } = options;
  const onWarning = whenNew(options.onWarning ?? (() => {}));
  const keys = await (directory === undefined ? memoryKeys() : directoryKeys(directory, onWarning));
  return {
    issuer,
    audiences: [DEFAULT_AUDIENCE],
    keySet: () => unlessBroken(keys, onWarning),
    jwks: async () => (await keys.current()).keySet.jwks,
    rotate: keys.rotate,
    async sign(of) {
      checkNames(of);
      const { signing } = await keys.current();
      const now = Math.floor(clock() / 1000);
      return new SignJWT({ 'kubernetes.io': boundTo(of) })
        .setProtectedHeader({ alg: 'ES256', kid: signing.kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setSubject(`system:serviceaccount:${of.namespace}:${of.serviceAccount}`)
        .setAudience([of.audience ?? DEFAULT_AUDIENCE])
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(Math.ceil((clock() + of.ttlMs) / 1000))
        .sign(await importJWK(signing, 'ES256'));
    },
  };
}

/** Not at every call: only what was not said last. */
function whenNew(say: (text: string) => void): (text: string) => void {
  let last: string | undefined;
  return (text) => {
    if (text !== last) say(text);
    last = text;
  };
}

/** Without keys, nobody's token is believed; whoever runs this is told. */
async function unlessBroken(keys: TokenKeys, onWarning: (text: string) => void): Promise<KeySet | undefined> {
  try {
    return (await keys.current()).keySet;
  } catch (error) {
    onWarning((error as Error).message);
    return undefined;
  }
}

function checkNames({ namespace, serviceAccount, pod, node }: TokenSubject): void {
  if (!isNamespace(namespace)) throw new IssuerError(`"${namespace}" is no name that a namespace can have`);
  const names = { 'service account': serviceAccount, Pod: pod, node };
  for (const [what, name] of Object.entries(names)) {
    if (name !== undefined && !isServiceAccount(name))
      throw new IssuerError(`"${name}" is no name that a ${what} can have`);
  }
}

/** https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims */
function boundTo({ namespace, serviceAccount, pod, podUid, node }: TokenSubject): object {
  return {
    namespace,
    serviceaccount: { name: serviceAccount },
    ...(pod !== undefined && { pod: { name: pod, ...(podUid !== undefined && { uid: podUid }) } }),
    ...(node !== undefined && { node: { name: node } }),
  };
}
