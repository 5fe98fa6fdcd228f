import { type Authorities, authoritiesIn, type Held, keyPairIn, type Origin, objectKey } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import type { KeyPair } from '../lib/certificates.ts';
import type { Tables } from '../store/index.ts';

/** What a Secret gives, or why it does not, for people: `there is no usable Secret shop/cart`. Never shows what is in it. */
export type Credential<T> = { readonly value: T; readonly origin: Origin } | { readonly problem: string };

/** Certificates from Secrets, for proxies of a namespace. Never shown, never logged, never part of a key. */
export interface Credentials {
  /** Of a `credentialName`: `cart`, `kubernetes://cart`, `kubernetes://shop/cart`. */
  readonly keyPair: (namespace: string, name: string) => Credential<KeyPair>;
  /** Whom the users of a `credentialName` believe: of the Secret `<name>-cacert` if there is one, else of the Secret itself. */
  readonly authorities: (namespace: string, name: string) => Credential<Authorities>;
}

/** https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-credential_name */
export const AUTHORITIES_SUFFIX = '-cacert';

export function createCredentials(graph: Graph, store: Tables): Credentials {
  const keyPair = graph.query('mesh.keyPair', (row): Credential<KeyPair> => {
    const secret = store.secrets.get(row);
    return secret
      ? credentialOf(row, keyPairIn(secret), 'has no tls.crt and tls.key, and no cert and key')
      : missing(row);
  });
  const authorities = graph.query('mesh.authorities', (row): Credential<Authorities> => {
    const own = store.secrets.get(`${row}${AUTHORITIES_SUFFIX}`);
    if (own) return credentialOf(`${row}${AUTHORITIES_SUFFIX}`, authoritiesIn(own), LACKS_AUTHORITIES);
    const secret = store.secrets.get(row);
    return secret ? credentialOf(row, authoritiesIn(secret), LACKS_AUTHORITIES) : missing(row);
  });
  return {
    keyPair: (namespace, name) => {
      const found = secretNamed(namespace, name);
      return 'problem' in found ? found : keyPair(found.row);
    },
    authorities: (namespace, name) => {
      const found = secretNamed(namespace, name);
      return 'problem' in found ? found : authorities(found.row.replace(SUFFIX, ''));
    },
  };
}

const LACKS_AUTHORITIES = 'has no ca.crt and no cacert';
const SUFFIX = new RegExp(`${AUTHORITIES_SUFFIX}$`);

/** Only what is of a proxy's own namespace is for it. */
function secretNamed(namespace: string, name: string): { readonly row: string } | { readonly problem: string } {
  const [scheme, path] = name.includes('://') ? name.split('://') : ['kubernetes', name];
  if (scheme !== 'kubernetes') return { problem: `${scheme}:// is served by nobody here: only Secrets are` };
  const [first = '', second] = path!.split('/');
  if (second === undefined) return { row: `${namespace}/${first}` };
  return first === namespace
    ? { row: path! }
    : { problem: `Secret ${path} is of another namespace than the proxy, which is in ${namespace}` };
}

function credentialOf<T>(row: string, held: Held<T>, lacking: string): Credential<T> {
  if (!held) return { problem: `Secret ${row} ${lacking}` };
  if ('mistake' in held) return { problem: `${held.field} of Secret ${row} ${held.mistake}` };
  const [namespace = '', name = ''] = row.split('/');
  return { value: held.value, origin: { object: objectKey('', 'Secret', namespace, name), path: '' } };
}

function missing(row: string): { readonly problem: string } {
  return { problem: `there is no usable Secret ${row}` };
}
