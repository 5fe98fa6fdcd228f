import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, list, object } from '../vocabulary.ts';
import { authenticationReference, localReference, POLICY } from './policy.ts';

const schema = object({
  spec: object({
    targetRef: localReference,
    /** All of them together; none: everybody may call. */
    requiredAuthenticationRefs: list(authenticationReference),
  }),
});

export type LinkerdAuthorizationPolicy = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://linkerd.io/2/reference/authorization-policy/#authorizationpolicy */
export const linkerdAuthorizationPolicyKind = defineKind({
  ...POLICY,
  versions: ['v1alpha1'],
  kind: 'AuthorizationPolicy',
  schema,
  // What does not say rightly whom it lets in lets nobody in.
  costs: { spec: THE_OBJECT },
  notApplied: {},
});
