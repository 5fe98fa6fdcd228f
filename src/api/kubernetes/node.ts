import type { z } from 'zod';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, list, object, optional, text, word } from '../vocabulary.ts';

const schema = object({
  spec: optional(object({ providerID: optional(text()) })),
  status: optional(object({ addresses: optional(list(object({ type: word(), address: word() }))) })),
});

export type KubeNode = KubeObject<Deep<z.infer<typeof schema>>>;

/** Read for its labels, which say where its pods are: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/ */
export const nodeKind = defineKind({
  group: '',
  kind: 'Node',
  versions: ['v1'],
  namespaced: false,
  irrelevant: {
    spec: ['configSource', 'externalID', 'podCIDR', 'podCIDRs', 'taints', 'unschedulable'],
    status: [
      'allocatable',
      'capacity',
      'conditions',
      'config',
      'daemonEndpoints',
      'declaredFeatures',
      'features',
      'images',
      'nodeInfo',
      'phase',
      'runtimeHandlers',
      'volumesAttached',
      'volumesInUse',
    ],
  },
  schema,
  costs: {
    'status.addresses[]': 'status.addresses[]',
  },
  notApplied: {},
  informational: {
    'spec.providerID': 'shown by `pharos describe`',
    'status.addresses': 'only the labels count, which say where it stands',
  },
});
