import { fileURLToPath } from 'node:url';
import { DISCOVERY } from './fetch-key-set.ts';
import { followFile } from './follow-file.ts';
import { DEFAULT_AUDIENCE, type Issuer, IssuerError } from './issuer.ts';
import { type KeySet, readKeySet } from './key-set.ts';
import { createKeySetFetcher, type KeySetFetcherOptions } from './key-set-fetcher.ts';

/** Somebody else's issuer. */
export interface TrustedIssuer extends Issuer {
  readonly close: () => void;
}

export interface TrustedIssuerOptions {
  readonly issuer: string;
  /** Left out or empty: `istio-ca`. */
  readonly audiences?: readonly string[] | undefined;
  /**
   * Its keys: a JSON Web Key Set as it is, the path of a file, or an https or http address. Undefined: the issuer is itself
   * an address, where a description says (OpenID Connect Discovery).
   */
  readonly jwks?: string | undefined;
  /** Its keys cannot be had; earlier ones stay believed. */
  readonly onProblem?: ((text: string) => void) | undefined;
  readonly fetching?: Omit<KeySetFetcherOptions, 'onKeySet'>;
}

/** Throws an IssuerError for keys that are unusable from the start: what is fetched may come later. */
export async function trustIssuer(options: TrustedIssuerOptions): Promise<TrustedIssuer> {
  const { issuer, audiences = [], jwks } = options;
  const named = { issuer, audiences: audiences.length > 0 ? audiences : [DEFAULT_AUDIENCE] };
  if (jwks === undefined) return { ...named, ...fetchedKeys(discoveryOf(issuer), options) };
  if (jwks.trimStart().startsWith('{')) return { ...named, ...inlineKeys(jwks, options) };
  if (/^https?:/.test(jwks)) return { ...named, ...fetchedKeys(jwks, options) };
  return { ...named, ...(await fileKeys(jwks.startsWith('file:') ? fileURLToPath(jwks) : jwks, options)) };
}

type Keys = Pick<TrustedIssuer, 'keySet' | 'close'>;

function inlineKeys(text: string, { issuer }: TrustedIssuerOptions): Keys {
  const keySet = good(text, `issuer ${issuer}: the key set`);
  return { keySet: async () => keySet, close: () => {} };
}

async function fileKeys(path: string, { issuer, onProblem = () => {} }: TrustedIssuerOptions): Promise<Keys> {
  const file = followFile(path, (text) => good(text, `issuer ${issuer}: the key set in ${path}`));
  const read = async (): Promise<KeySet> => {
    try {
      return await file.read();
    } catch (error) {
      throw error instanceof IssuerError ? error : new IssuerError(`issuer ${issuer}: ${(error as Error).message}`);
    }
  };
  let last = await read();
  let told: string | undefined;
  const keySet = async (): Promise<KeySet> => {
    try {
      last = await read();
      told = undefined;
    } catch (error) {
      const message = `${(error as Error).message}; earlier keys stay believed`;
      if (told !== message) onProblem(message);
      told = message;
    }
    return last;
  };
  return { keySet, close: () => {} };
}

function fetchedKeys(uri: string, { issuer, onProblem = () => {}, fetching }: TrustedIssuerOptions): Keys {
  const fetcher = createKeySetFetcher({
    ...fetching,
    onKeySet: (_, known) => known?.failure && onProblem(`issuer ${issuer}: the key set ${known.failure}`),
  });
  fetcher.want([uri]);
  return { keySet: async (kid) => (await fetcher.withKey(uri, kid)).keySet, close: fetcher.stop };
}

function discoveryOf(issuer: string): string {
  if (/^https?:\/\//.test(issuer) && URL.canParse(issuer)) return `${issuer.replace(/\/$/, '')}${DISCOVERY}`;
  throw new IssuerError(`issuer ${issuer}: it is no https or http address, so say where its keys are`);
}

function good(text: string, what: string): KeySet {
  const read = readKeySet(text);
  if ('mistake' in read) throw new IssuerError(`${what} ${read.mistake}`);
  return read.value;
}
