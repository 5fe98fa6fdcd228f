import type { z } from 'zod';
import { type Part, THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object, optional, rule } from '../vocabulary.ts';
import { backendValidation } from './backend-validation.ts';
import { GATEWAY_API } from './group.ts';
import { EVERY_TARGET, made, UNREADABLE_HOST, UNREADABLE_REFERENCE } from './unreadable.ts';
import { between, group, kind, mapOfAtMost, objectName, sectionName } from './words.ts';

const targetRef = object({
  group: group(),
  kind: kind(),
  name: objectName(),
  /** One port of the Service, by name. Absent: all of them for which nobody says more. */
  sectionName: optional(sectionName()),
});

const schema = object({
  spec: object({
    targetRefs: between(16, targetRef).check(rule(targetMistakes)),
    validation: backendValidation,
    options: optional(mapOfAtMost(16)),
  }),
});

export type BackendTlsPolicy = KubeObject<Deep<z.infer<typeof schema>>>;
export type PolicyTargetReference = Deep<z.infer<typeof targetRef>>;

/** https://gateway-api.sigs.k8s.io/reference/spec/#backendtlspolicy */
export const backendTlsPolicyKind = defineKind({
  ...GATEWAY_API,
  versions: ['v1', 'v1alpha3'],
  kind: 'BackendTLSPolicy',
  schema,
  costs: {
    // It would be called in plain text.
    'spec.targetRefs': THE_OBJECT,
    // Or be believed whoever it is.
    'spec.validation': { unit: 'spec', becomes: made('validation', unreadableValidation) },
  },
  notApplied: {
    'spec.options': 'no TLS option is applied: Gateway API defines none, and pharos has none of its own',
  },
  standIn: {
    of: (written) => ({ spec: { targetRefs: readableTargets(written), validation: unreadableValidation() } }),
    says: 'what it may be about is not called at all',
  },
});

/** Nobody signs for it. */
function unreadableValidation() {
  return { caCertificateRefs: [UNREADABLE_REFERENCE], hostname: UNREADABLE_HOST };
}

/** Something that is named more than once is named by different sections, and by sections only. */
function targetMistakes(targets: readonly PolicyTargetReference[]) {
  return targets.flatMap((target, i) => {
    const others = targets.slice(0, i).filter((other) => whole(other) === whole(target));
    if (others.some(({ sectionName }) => sectionName === target.sectionName)) {
      return [{ path: [i], code: 'duplicate', message: 'names the same target as an earlier one of the list' }];
    }
    const mixed = others.some(({ sectionName }) => sectionName === undefined || target.sectionName === undefined);
    const message = 'must have a sectionName, as all must of which one target has more than one';
    return mixed ? [{ path: [i], code: 'conflict', message }] : [];
  });
}

function whole({ group, kind, name }: PolicyTargetReference): string {
  return JSON.stringify([group, kind, name]);
}

/** Whole Services, whatever part of them was meant. */
function readableTargets(written: Part): readonly PolicyTargetReference[] {
  const { targetRefs } = (written['spec'] ?? {}) as { readonly targetRefs?: unknown };
  const names = (Array.isArray(targetRefs) ? targetRefs : []).map((target: { name?: unknown } | null) => target?.name);
  const readable = names.filter((name): name is string => typeof name === 'string' && name !== '');
  const all = names.length > 0 && readable.length === names.length ? readable : [EVERY_TARGET];
  return [...new Set(all)].map((name) => ({ group: '', kind: 'Service', name }));
}
