import type { z } from 'zod';
import { type Deep, list, mapOf, object, oneOf, optional, rule, text, word } from './vocabulary.ts';

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
