import type { AuthorityFiles, RootKeyType } from './authority.ts';
import { credentialsFrom } from './credentials.ts';
import { AuthorityError } from './errors.ts';
import { ISTIO_NAMES, TLS_NAMES } from './file-names.ts';
import { crossSign, makeKey, type RootMaking, selfSign } from './make-root.ts';

/** Where a root of our own is kept: files by name, each replaced as a whole. */
export interface Home {
  readonly read: () => Promise<AuthorityFiles>;
  readonly write: (name: string, text: string) => Promise<void>;
  /** Only if there is no such file; somebody else may have been quicker. */
  readonly create: (name: string, text: string) => Promise<void>;
  /** Runs `act` unless another process is at it: then throws an AuthorityError. */
  readonly alone: (act: () => Promise<void>) => Promise<void>;
}

const { key: KEY, roots: ROOTS, chain: CHAIN, certificate: CERTIFICATE } = ISTIO_NAMES;

/**
 * Makes a root where there is none. The key comes first: whoever finds a key without a root makes one for that key, so
 * processes that start at once, or after a crash in between, end with one root.
 */
export async function ensureRoot(home: Home, keyType: RootKeyType, making: RootMaking): Promise<void> {
  const before = await home.read();
  const theirs = [CERTIFICATE, TLS_NAMES.key, TLS_NAMES.certificate].find((name) => name in before);
  if (theirs) throw new AuthorityError(`${theirs} is there: this is an authority of your own; use it as such`);
  if (!(KEY in before)) {
    // Looked at once more: somebody may have made both while we were reading.
    if (ROOTS in before && !(KEY in (await home.read()))) {
      throw new AuthorityError(`${ROOTS} is there, but its key ${KEY} is not`);
    }
    await home.create(KEY, await makeKey(keyType));
  }
  const { [KEY]: key, [ROOTS]: roots } = await home.read();
  if (!roots) await home.create(ROOTS, selfSign(String(key), making).pem);
}

/**
 * A new root signs, earlier ones are still believed. In the order in which a crash does no harm: the new root is believed
 * before it signs. The certificate of the new root by the one before is kept in cert-chain.pem.
 */
export async function rotate(home: Home, keyType: RootKeyType, making: RootMaking): Promise<void> {
  const keyPem = await makeKey(keyType);
  await home.alone(async () => {
    const files = await home.read();
    const { key, signer, roots } = credentialsFrom(files, making.nowMs);
    const root = selfSign(keyPem, making);
    const bridge = crossSign(root, signer, key.key, making.random);
    await home.write(ROOTS, [root, ...roots].map(({ pem }) => pem).join(''));
    await home.write(CHAIN, bridge.pem + String(files[CHAIN] ?? ''));
    await home.write(KEY, keyPem);
  });
}

/** Only the root that signs stays. */
export async function forgetEarlier(home: Home, nowMs: number): Promise<void> {
  await home.alone(async () => {
    const { signer } = credentialsFrom(await home.read(), nowMs);
    await home.write(CHAIN, '');
    await home.write(ROOTS, signer.pem);
  });
}
