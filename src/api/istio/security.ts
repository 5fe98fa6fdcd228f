import type { z } from 'zod';
import type { Part } from '../cost.ts';
import type { Remark } from '../finding.ts';
import { labelKeyMistake, labelValueMistake } from '../names.ts';
import { type Deep, mapOf, object, optional, rule, show, text, word } from '../vocabulary.ts';

/** What all kinds of https://istio.io/latest/docs/reference/config/security/ have in common. */
export const SECURITY = {
  group: 'security.istio.io',
  versions: ['v1', 'v1beta1'],
  namespaced: true,
  // Written by the control plane, for people.
  irrelevant: { '': ['status'] },
} as const;

/** Workloads of the policy's own namespace; of the root namespace: of every namespace. Empty: all of them. */
export const workloadSelector = object({ matchLabels: optional(matchLabels()) });

export type WorkloadSelector = Deep<z.infer<typeof workloadSelector>>;

/** https://istio.io/latest/docs/reference/config/type/workload-selector/#PolicyTargetReference */
export const targetReference = object({
  group: optional(text()),
  kind: word(),
  name: word(),
  namespace: optional(text()),
});

export type TargetReference = Deep<z.infer<typeof targetReference>>;

export function matchLabels() {
  return mapOf(text(labelValueMistake)).check(
    rule((labels) =>
      Object.keys(labels).flatMap((key) => {
        const mistake = labelKeyMistake(key);
        return mistake ? [{ path: [key], message: `${mistake}, not ${show(key)}`, atKey: true as const }] : [];
      }),
    ),
  );
}

/**
 * What can be read of a selector in which something is wrong. It selects all that was meant, and perhaps more: for
 * those who close what it selects.
 */
export function readableSelector(spec: Part): { readonly selector?: WorkloadSelector } {
  const labels = (spec['selector'] as { matchLabels?: unknown } | null | undefined)?.matchLabels;
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return {};
  const readable = Object.entries(labels).filter(
    ([key, value]) => !labelKeyMistake(key) && typeof value === 'string' && !labelValueMistake(value),
  );
  return readable.length > 0 ? { selector: { matchLabels: Object.fromEntries(readable) } } : {};
}

/** A policy says in one way only whom it is about. */
export function* checkTargets(
  spec: { readonly selector?: unknown; readonly targetRef?: unknown; readonly targetRefs?: unknown } | undefined,
): Generator<Remark> {
  const { selector, targetRef, targetRefs } = spec ?? {};
  const given = Object.entries({ selector, targetRef, targetRefs }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    yield { path: ['spec', given[1]![0]], code: 'conflict', message: `must not stand beside ${given[0]![0]}` };
  }
}
