import type { z } from 'zod';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, flag, mapOf, object, optional, text } from '../vocabulary.ts';

const schema = object({
  data: optional(mapOf(text())),
  /** Base64. */
  binaryData: optional(mapOf(text())),
  immutable: optional(flag()),
});

export type KubeConfigMap = KubeObject<Deep<z.infer<typeof schema>>>;

const NO_EFFECT =
  'read are the text `mesh` of the ConfigMap `istio` in the root namespace, and `ca.crt` of those that Gateway API objects name';

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/config-map-v1/ */
export const configMapKind = defineKind({
  group: '',
  kind: 'ConfigMap',
  versions: ['v1'],
  namespaced: true,
  schema,
  costs: {},
  notApplied: {},
  informational: { binaryData: NO_EFFECT, immutable: NO_EFFECT },
});
