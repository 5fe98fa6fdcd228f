import type { z } from 'zod';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object } from '../vocabulary.ts';
import { CLASS_COSTS, classSpec } from './gateway-class.ts';
import { EXPERIMENTAL } from './group.ts';

const schema = object({ spec: classSpec });

export type XMesh = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://gateway-api.sigs.k8s.io/geps/gep-3949/ */
export const xMeshKind = defineKind({
  ...EXPERIMENTAL,
  kind: 'XMesh',
  namespaced: false,
  schema,
  costs: CLASS_COSTS,
  notApplied: {},
  informational: { 'spec.description': 'for people' },
});
