import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object, optional } from '../vocabulary.ts';
import { GATEWAY_API } from './group.ts';
import { listeners } from './listener.ts';
import { checkTlsOptions, LISTENER_COSTS } from './listener-costs.ts';
import { group, kind, namespaceName, objectName } from './words.ts';

const schema = object({
  spec: object({
    /** The Gateway that it adds listeners to. */
    parentRef: object({
      group: optional(group()),
      kind: optional(kind()),
      namespace: optional(namespaceName()),
      name: objectName(),
    }),
    listeners,
  }),
});

export type ListenerSet = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://gateway-api.sigs.k8s.io/reference/spec/#listenerset */
export const listenerSetKind = defineKind({
  ...GATEWAY_API,
  versions: ['v1'],
  kind: 'ListenerSet',
  schema,
  costs: { ...LISTENER_COSTS, 'spec.parentRef': THE_OBJECT },
  notApplied: {},
  check: ({ spec }) => checkTlsOptions(spec.listeners),
});
