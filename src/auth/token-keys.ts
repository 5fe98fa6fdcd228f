import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { createFile, replaceFile } from '../lib/private-files.ts';
import { followFile } from './follow-file.ts';
import { IssuerError } from './issuer.ts';
import { type KeySet, readKeySet } from './key-set.ts';

/** The keys of our own tokens. The first signs; all of them verify. */
export interface TokenKeys {
  readonly current: () => Promise<OwnKeys>;
  /** A new key signs from now on. */
  readonly rotate: () => Promise<void>;
}

export interface OwnKeys {
  /** Private. */
  readonly signing: JWK & { readonly kid: string };
  readonly keySet: KeySet;
}

/** In memory, and gone with the process. */
export async function memoryKeys(): Promise<TokenKeys> {
  let text = withKey(undefined, await makeKey());
  return {
    current: async () => read(text, 'keys in memory'),
    rotate: async () => {
      text = withKey(text, await makeKey());
    },
  };
}

const FILE = 'token-keys.json';

/**
 * In a file of a directory: a JSON Web Key Set with private keys. It is followed, so that processes that share it agree,
 * and so that whoever removes a key from it makes its tokens worthless at once.
 */
export async function directoryKeys(directory: string, onWarning: (text: string) => void): Promise<TokenKeys> {
  const path = join(directory, FILE);
  const file = followFile(path, (text, mode) => {
    if (process.platform !== 'win32' && mode & 0o077)
      onWarning(`${path}: others may read these keys; chmod 600 ${path}`);
    return { text, keys: read(text, path) };
  });
  await usable(path, () => mkdir(directory, { recursive: true, mode: 0o700 }));
  await usable(path, () => file.read()).catch(async (error) => {
    if (!isMissing(error)) throw error;
    const first = withKey(undefined, await makeKey());
    await usable(path, () => createFile(path, first));
  });
  const current = async () => (await usable(path, () => file.read())).keys;
  await current();
  return {
    current,
    rotate: () =>
      usable(path, async () => {
        const { text } = await file.read();
        await replaceFile(path, withKey(text, await makeKey()));
      }),
  };
}

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'ES256', use: 'sig' };
}

function withKey(text: string | undefined, key: JWK): string {
  const { keys } = text === undefined ? { keys: [] } : (JSON.parse(text) as { readonly keys: readonly JWK[] });
  return `${JSON.stringify({ keys: [key, ...keys] }, null, 2)}\n`;
}

function read(text: string, where: string): OwnKeys {
  const result = readKeySet(text);
  if ('mistake' in result) throw new IssuerError(`${where} ${result.mistake}: remove it, and a new key is made`);
  const [signing] = (JSON.parse(text) as { readonly keys: readonly JWK[] }).keys;
  const { kid, kty, crv, d } = signing ?? {};
  if (kid === undefined || kty !== 'EC' || crv !== 'P-256' || d === undefined) {
    throw new IssuerError(`${where}: its first key must be a private one of P-256 with a "kid"`);
  }
  return { signing: { ...signing, kid }, keySet: result.value };
}

/** What the file system says, as a mistake in the file. */
async function usable<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof IssuerError) throw error;
    throw new IssuerError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

function isMissing({ cause }: Error): boolean {
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
