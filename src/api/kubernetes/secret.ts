import type { z } from 'zod';
import { brokenLink, readCertificates } from '../../lib/certificates.ts';
import { THE_OBJECT } from '../cost.ts';
import type { Remark } from '../finding.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, flag, object, optional, secrets, text } from '../vocabulary.ts';
import { authoritiesIn, type Held, keyPairIn, textOf } from './credential.ts';

const schema = object({
  type: optional(text()),
  /** Base64. */
  data: optional(secrets('base64')),
  /** Plain; wins over `data`. */
  stringData: optional(secrets('any')),
  immutable: optional(flag()),
});

export type KubeSecret = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/ */
export const secretKind = defineKind({
  group: '',
  kind: 'Secret',
  versions: ['v1'],
  namespaced: true,
  schema,
  costs: {
    // Half a certificate is none.
    data: THE_OBJECT,
    stringData: THE_OBJECT,
  },
  notApplied: {},
  informational: { type: 'what a Secret holds is told by its keys', immutable: 'files can be changed at any time' },
  check: checkSecret,
});

type Body = Deep<z.infer<typeof schema>>;

/**
 * A certificate that no proxy could use, so that the one before it stays in use. A Secret may hold anything: only what
 * looks like a certificate is held to be one, until something names it as one.
 */
function* checkSecret(secret: Body): Generator<Remark> {
  yield* mistakeOf(secret, keyPairIn(secret));
  yield* mistakeOf(secret, authoritiesIn(secret));
  for (const field of ['cert', 'tls.crt']) yield* checkOrder(secret, field);
  const staple = placeOf(secret, STAPLE);
  if (staple) yield { path: staple, severity: 'notice', code: 'not-applied', message: 'OCSP staples are not served' };
}

const STAPLE = 'tls.ocsp-staple';

function* mistakeOf(secret: Body, held: Held<unknown>): Generator<Remark> {
  if (!held || 'value' in held || !looksLikeCertificates(secret)) return;
  yield { path: placeOf(secret, held.field)!, code: 'bad-certificate', message: held.mistake };
}

function* checkOrder(secret: Body, field: string): Generator<Remark> {
  const path = placeOf(secret, field);
  const chain = path && readCertificates(textOf(secret, field) ?? '');
  const at = chain && 'value' in chain ? brokenLink(chain.value) : undefined;
  if (!path || at === undefined) return;
  yield {
    path,
    severity: 'warning',
    code: 'chain-order',
    message: `certificate ${at + 1} of the chain is not signed by the one after it`,
    hint: "the server's own first, then each the one that signed the one before it",
  };
}

function looksLikeCertificates(secret: Body): boolean {
  return ['cert', 'tls.crt', 'cacert', 'ca.crt'].some((field) => textOf(secret, field)?.includes('-----BEGIN '));
}

/** Where a value stands: `stringData` wins. */
export function placeOf({ data, stringData }: Body, field: string): readonly string[] | undefined {
  if (stringData?.[field] !== undefined) return ['stringData', field];
  return data?.[field] === undefined ? undefined : ['data', field];
}
