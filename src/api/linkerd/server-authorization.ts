import type { z } from 'zod';
import { ITSELF, THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import { labelSelector } from '../label-selector.ts';
import { labelMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, flag, list, object, oneofRule, optional, text } from '../vocabulary.ts';
import { identityMistake, network, POLICY } from './policy.ts';

const schema = object({
  spec: object({
    server: object({ name: optional(text(labelMistake)), selector: optional(labelSelector) }).check(
      oneofRule(['name', 'selector'], 'exactly'),
    ),
    client: object({
      /** Absent: all. */
      networks: optional(list(network)),
      unauthenticated: optional(flag()),
      meshTLS: optional(
        object({
          unauthenticatedTLS: optional(flag()),
          identities: optional(list(text(identityMistake))),
          serviceAccounts: optional(
            list(object({ name: text(labelMistake), namespace: optional(text(labelMistake)) })),
          ),
        }),
      ),
    }),
  }),
});

export type LinkerdServerAuthorization = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://linkerd.io/2/reference/authorization-policy/#serverauthorization */
export const linkerdServerAuthorizationKind = defineKind({
  ...POLICY,
  versions: ['v1beta1', 'v1alpha1'],
  kind: 'ServerAuthorization',
  schema,
  costs: {
    // What does not say rightly whom it lets in lets nobody in.
    spec: THE_OBJECT,
    'spec.client.networks[]': 'spec.client.networks[]',
    'spec.client.meshTLS.identities[]': ITSELF,
    'spec.client.meshTLS.serviceAccounts[]': 'spec.client.meshTLS.serviceAccounts[]',
  },
  notApplied: {},
});
