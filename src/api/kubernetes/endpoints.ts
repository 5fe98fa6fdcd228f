import type { z } from 'zod';
import { duplicates } from '../duplicates.ts';
import { defineKind } from '../kind.ts';
import { ipMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, list, object, oneOf, optional, portNumber, text } from '../vocabulary.ts';
import { restOfTargetRef, targetRef } from './target-ref.ts';

const address = object({
  ip: text(ipMistake),
  hostname: optional(text()),
  nodeName: optional(text()),
  targetRef: optional(targetRef),
});

const port = object({
  name: optional(text()),
  port: portNumber(),
  protocol: optional(oneOf(['TCP', 'UDP', 'SCTP'])),
  appProtocol: optional(text()),
});

const schema = object({
  subsets: optional(
    list(
      object({
        addresses: optional(list(address)),
        notReadyAddresses: optional(list(address)),
        ports: optional(list(port)),
      }),
    ),
  ),
});

export type KubeEndpoints = KubeObject<Deep<z.infer<typeof schema>>>;

const SINGLE_NAMES = 'is for names of single pods, which DNS answers';

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoints-v1/ */
export const endpointsKind = defineKind({
  group: '',
  kind: 'Endpoints',
  versions: ['v1'],
  namespaced: true,
  schema,
  costs: {
    'subsets[].addresses[].ip': 'subsets[].addresses[]',
    'subsets[].notReadyAddresses[].ip': 'subsets[].notReadyAddresses[]',
    'subsets[].ports[]': 'subsets[].ports[]',
    'subsets[].ports[].appProtocol': 'subsets[].ports[].appProtocol',
  },
  notApplied: {},
  informational: {
    ...restOfTargetRef('subsets[].addresses[].targetRef'),
    ...restOfTargetRef('subsets[].notReadyAddresses[].targetRef'),
    'subsets[].addresses[].hostname': SINGLE_NAMES,
    'subsets[].notReadyAddresses[].hostname': SINGLE_NAMES,
    'subsets[].ports[].protocol': 'ports are found by name; the Service says the protocol',
    'subsets[].ports[].appProtocol': 'the Service says it',
  },
  check: function* ({ subsets = [] }) {
    for (const [i, { ports }] of subsets.entries()) yield* duplicates(ports, ['subsets', i, 'ports'], 'name');
  },
});
