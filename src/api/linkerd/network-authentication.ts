import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, list, object } from '../vocabulary.ts';
import { network, POLICY } from './policy.ts';

const schema = object({ spec: object({ networks: list(network) }) });

export type NetworkAuthentication = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://linkerd.io/2/reference/authorization-policy/#networkauthentication */
export const networkAuthenticationKind = defineKind({
  ...POLICY,
  versions: ['v1alpha1'],
  kind: 'NetworkAuthentication',
  schema,
  costs: {
    spec: THE_OBJECT,
    // Without its exceptions it would be more.
    'spec.networks[]': 'spec.networks[]',
  },
  notApplied: {},
});
