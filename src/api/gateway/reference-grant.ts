import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object, optional } from '../vocabulary.ts';
import { GATEWAY_API } from './group.ts';
import { between, group, kind, namespaceName, objectName } from './words.ts';

const schema = object({
  spec: object({
    from: between(16, object({ group: group(), kind: kind(), namespace: namespaceName() })),
    to: between(
      16,
      object({
        group: group(),
        kind: kind(),
        /** Absent: all of the kind in the grant's namespace. */
        name: optional(objectName()),
      }),
    ),
  }),
});

export type ReferenceGrant = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://gateway-api.sigs.k8s.io/reference/spec/#referencegrant */
export const referenceGrantKind = defineKind({
  ...GATEWAY_API,
  versions: ['v1', 'v1beta1'],
  kind: 'ReferenceGrant',
  schema,
  costs: { 'spec.from': THE_OBJECT, 'spec.to': THE_OBJECT, 'spec.from[]': 'spec.from[]', 'spec.to[]': 'spec.to[]' },
  narrowing: ['spec.to[].name'],
  notApplied: {},
});
