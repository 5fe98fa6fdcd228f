import type { z } from 'zod';
import { ipOrRangeMistake } from '../names.ts';
import { type Deep, list, object, optional, text, word } from '../vocabulary.ts';

/** What all kinds of https://linkerd.io/2/reference/authorization-policy/ have in common. */
export const POLICY = {
  group: 'policy.linkerd.io',
  namespaced: true,
  irrelevant: { '': ['status'] },
} as const;

export const network = object({
  cidr: text(ipOrRangeMistake),
  except: optional(list(text(ipOrRangeMistake))),
});

export type LinkerdNetwork = Deep<z.infer<typeof network>>;

/** Something in the same namespace; an empty group is Kubernetes' own. */
export const localReference = object({ group: optional(text()), kind: word(), name: word() });

/** Something that clients must prove; by default in the same namespace. */
export const authenticationReference = object({
  group: optional(text()),
  kind: word(),
  name: word(),
  namespace: optional(text()),
});

/** Clients, by what they run as. */
export const identityReference = object({
  group: optional(text()),
  kind: word(),
  /** Absent: all of this kind in the namespace. */
  name: optional(word()),
  namespace: optional(text()),
});

export type AuthenticationReference = Deep<z.infer<typeof authenticationReference>>;
export type IdentityReference = Deep<z.infer<typeof identityReference>>;

/** `*` is everyone with an identity; `*.` before a name is everyone under it. */
export function identityMistake(value: string): string | undefined {
  return IDENTITY.test(value)
    ? undefined
    : 'must be a DNS name like cart.shop.serviceaccount.identity.linkerd.cluster.local, * or *. and a DNS name';
}

const IDENTITY = /^(\*|[a-z0-9]([-a-z0-9]*[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
