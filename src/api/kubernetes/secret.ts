import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, flag, object, optional, secrets, text } from '../vocabulary.ts';

const schema = object({
  type: optional(text()),
  /** Base64. */
  data: optional(secrets('base64')),
  /** Plain; wins over `data`. */
  stringData: optional(secrets('any')),
  immutable: optional(flag()),
});

export type KubeSecret = KubeObject<Deep<z.infer<typeof schema>>>;

const CERTIFICATES = 'used from the version on that serves certificates';

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
  informational: { type: CERTIFICATES, data: CERTIFICATES, stringData: CERTIFICATES, immutable: CERTIFICATES },
});
