import type { z } from 'zod';
import { ITSELF, THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, list, object, oneofRule, optional, text } from '../vocabulary.ts';
import { identityMistake, identityReference, POLICY } from './policy.ts';

const schema = object({
  spec: object({
    identities: optional(list(text(identityMistake))),
    identityRefs: optional(list(identityReference)),
  }).check(oneofRule(['identities', 'identityRefs'], 'exactly')),
});

export type MeshTlsAuthentication = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://linkerd.io/2/reference/authorization-policy/#meshtlsauthentication */
export const meshTlsAuthenticationKind = defineKind({
  ...POLICY,
  versions: ['v1alpha1'],
  kind: 'MeshTLSAuthentication',
  schema,
  costs: {
    spec: THE_OBJECT,
    'spec.identities[]': ITSELF,
    // Without its name it would be everyone of the namespace.
    'spec.identityRefs[]': 'spec.identityRefs[]',
  },
  notApplied: {},
});
