import type { Read } from '../lib/certificates.ts';
import { FetchFailed, type Fetching, fetchText } from './fetch-text.ts';
import { type KeySet, readKeySet } from './key-set.ts';

/** Where an issuer says where its keys are: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
export const DISCOVERY = '/.well-known/openid-configuration';

/** A key set, or what an issuer's own description says is its key set. A mistake continues "the key set …". Never throws. */
export async function fetchKeySet(uri: string, fetching: Fetching): Promise<Read<KeySet>> {
  try {
    const text = await fetchText(uri, fetching);
    return readKeySet(isDiscovery(uri) ? await fetchText(keysNamedIn(text, uri), fetching) : text);
  } catch (error) {
    if (error instanceof FetchFailed) return { mistake: error.message };
    throw error;
  }
}

function isDiscovery(uri: string): boolean {
  return uri.endsWith(DISCOVERY);
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation */
function keysNamedIn(text: string, uri: string): string {
  const { issuer, jwks_uri: keys } = objectIn(text);
  if (typeof keys !== 'string') throw new FetchFailed('is not named: the description of its issuer has no jwks_uri');
  const expected = uri.slice(0, -DISCOVERY.length);
  if (typeof issuer !== 'string' || issuer.replace(/\/$/, '') !== expected) {
    throw new FetchFailed('is not named: the description found there is of another issuer');
  }
  if (uri.startsWith('https:') && !keys.startsWith('https:')) {
    throw new FetchFailed('is not to be trusted: its issuer is at an https address, and it is not');
  }
  return keys;
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) as Readonly<Record<string, unknown>> | null) ?? {};
  } catch {
    throw new FetchFailed('is not named: the description of its issuer is not JSON');
  }
}
