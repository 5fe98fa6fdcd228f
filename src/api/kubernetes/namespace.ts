import type { z } from 'zod';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object } from '../vocabulary.ts';

const schema = object({});

/** Only its metadata counts. */
export type KubeNamespace = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/ */
export const namespaceKind = defineKind({
  group: '',
  kind: 'Namespace',
  versions: ['v1'],
  namespaced: false,
  irrelevant: { '': ['spec', 'status'] },
  schema,
  costs: {},
  notApplied: {},
});
