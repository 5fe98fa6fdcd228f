import type { z } from 'zod';
import { ipOrRangeMistake } from '../names.ts';
import { type Deep, list, mapOf, object, oneOf, optional, rule, text, word } from '../vocabulary.ts';

/** What all kinds of https://linkerd.io/2/reference/authorization-policy/ have in common. */
export const POLICY = {
  group: 'policy.linkerd.io',
  namespaced: true,
  irrelevant: { '': ['status'] },
} as const;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements */
export const labelSelector = object({
  matchLabels: optional(mapOf(text())),
  matchExpressions: optional(
    list(
      object({
        key: word(),
        operator: oneOf(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: optional(list(text())),
      }).check(
        rule(({ operator, values = [] }) => {
          const wanted = operator === 'In' || operator === 'NotIn';
          if (wanted && values.length === 0) return `must have values for operator ${operator}`;
          return !wanted && values.length > 0 ? `must have no values for operator ${operator}` : undefined;
        }),
      ),
    ),
  ),
});

/** All of it must hold; an empty one selects everything. */
export type LabelSelector = Deep<z.infer<typeof labelSelector>>;

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
