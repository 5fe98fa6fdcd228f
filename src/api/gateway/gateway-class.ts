import type { z } from 'zod';
import { type Costs, THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object, optional } from '../vocabulary.ts';
import { GATEWAY_API } from './group.ts';
import { made, UNREADABLE_REFERENCE } from './unreadable.ts';
import { atMostLong, controllerName, group, kind, namespaceName, objectName } from './words.ts';

/** A GatewayClass and an XMesh say the same. */
export const classSpec = object({
  controllerName: controllerName(),
  parametersRef: optional(
    object({ group: group(), kind: kind(), name: objectName(), namespace: optional(namespaceName()) }),
  ),
  description: optional(atMostLong(64)),
});

export const CLASS_COSTS: Costs = {
  'spec.controllerName': THE_OBJECT,
  'spec.parametersRef': { unit: 'spec', becomes: made('parametersRef', () => UNREADABLE_REFERENCE) },
};

const schema = object({ spec: classSpec });

export type GatewayClass = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://gateway-api.sigs.k8s.io/reference/spec/#gatewayclass */
export const gatewayClassKind = defineKind({
  ...GATEWAY_API,
  versions: ['v1', 'v1beta1'],
  kind: 'GatewayClass',
  namespaced: false,
  schema,
  costs: CLASS_COSTS,
  notApplied: {},
  informational: { 'spec.description': 'for people' },
  // A class that is there without an object is not, where somebody has written one that may be another controller's.
  standIn: {
    of: () => ({ spec: { controllerName: 'pharos.dev/unreadable' } }),
    says: 'no Gateway of this class is served',
  },
});
