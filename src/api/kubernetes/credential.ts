import {
  certificatesPem,
  type KeyPair,
  pairMistake,
  readCertificates,
  readPrivateKey,
  readRevocationLists,
} from '../../lib/certificates.ts';

/** Whose certificates are believed, and which of them no longer; PEM. */
export interface Authorities {
  readonly caPem: string;
  readonly crlPem: string | undefined;
}

/** What a Secret holds of one thing. Nothing is said of a Secret in which it is not meant to be. */
export type Held<T> =
  | { readonly value: T }
  /** `field` is the key of `data` that is wrong; its text is never shown. */
  | { readonly field: string; readonly mistake: string }
  | undefined;

/** Istio's names before those of Kubernetes: https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/#key-formats */
const PAIRS = [
  ['cert', 'key'],
  ['tls.crt', 'tls.key'],
] as const;
const AUTHORITIES = [
  ['cacert', 'crl'],
  ['ca.crt', 'ca.crl'],
] as const;

/** Of a Secret. */
export interface Texts {
  /** Base64. */
  readonly data?: Readonly<Record<string, string>> | undefined;
  /** Plain; wins over `data`. */
  readonly stringData?: Readonly<Record<string, string>> | undefined;
}

/** The certificate chain of a Secret and its private key. */
export function keyPairIn(secret: Texts): Held<KeyPair> {
  const names = PAIRS.find(([chain, key]) => textOf(secret, chain) !== undefined && textOf(secret, key) !== undefined);
  if (!names) return undefined;
  const [chainField, keyField] = names;
  const chain = readCertificates(textOf(secret, chainField)!);
  if ('mistake' in chain) return { field: chainField, mistake: chain.mistake };
  const key = readPrivateKey(textOf(secret, keyField)!);
  if ('mistake' in key) return { field: keyField, mistake: key.mistake };
  const mistake = pairMistake(chain.value, key.value.key);
  if (mistake !== undefined) return { field: keyField, mistake };
  return { value: { chainPem: certificatesPem(chain.value), keyPem: key.value.pem } };
}

/** The authorities of a Secret. */
export function authoritiesIn(secret: Texts): Held<Authorities> {
  const names = AUTHORITIES.find(([ca]) => textOf(secret, ca) !== undefined);
  if (!names) return undefined;
  const [caField, crlField] = names;
  const ca = readCertificates(textOf(secret, caField)!);
  if ('mistake' in ca) return { field: caField, mistake: ca.mistake };
  const crlText = textOf(secret, crlField);
  if (crlText === undefined) return { value: { caPem: certificatesPem(ca.value), crlPem: undefined } };
  const crl = readRevocationLists(crlText);
  if ('mistake' in crl) return { field: crlField, mistake: crl.mistake };
  return { value: { caPem: certificatesPem(ca.value), crlPem: crl.value } };
}

/**
 * The authorities of a ConfigMap, which Gateway API keeps there.
 * https://gateway-api.sigs.k8s.io/reference/spec/#backendtlspolicyvalidation
 */
export function authoritiesInConfigMap({ data = {} }: { readonly data?: Texts['stringData'] }): Held<Authorities> {
  const { 'ca.crt': pem } = data;
  return pem === undefined ? undefined : authoritiesIn({ stringData: { 'ca.crt': pem } });
}

/** One value of a Secret as text. */
export function textOf({ data, stringData }: Texts, field: string): string | undefined {
  const plain = stringData?.[field];
  if (plain !== undefined) return plain;
  const encoded = data?.[field];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}
