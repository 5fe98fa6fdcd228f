import type { Metadata, ObjectKey, Problem } from '../api/index.ts';
import type { Verdict } from '../route/index.ts';
import type { Condition } from './status.ts';

/** A decision about an object, and the condition that tells it. */
export interface Finding {
  readonly type: ConditionType;
  readonly verdict: Verdict;
  /** Where the object has what it is about, unless the verdict knows better: `spec.listeners[0]`. */
  readonly path: string;
}

/** https://gateway-api.sigs.k8s.io/guides/implementers/#standard-status-fields-and-conditions */
export type ConditionType = (typeof POSITIVE)[number] | (typeof NEGATIVE)[number];

/** True is good. */
const POSITIVE = ['Accepted', 'Programmed', 'ResolvedRefs', 'SupportedVersion'] as const;

/** True is bad; without them all is well. */
const NEGATIVE = ['Conflicted', 'OverlappingTLSConfig', 'PartiallyInvalid', 'InsecureFrontendValidationMode'] as const;

export function conditionOf({ type, verdict }: Finding, { generation }: Pick<Metadata, 'generation'>): Condition {
  const isTrue = isPositive(type) === verdict.ok;
  return {
    type,
    status: isTrue ? 'True' : 'False',
    reason: verdict.reason,
    message: verdict.message,
    ...(generation !== undefined && { observedGeneration: generation }),
  };
}

/** What people should know of what is not well. What only follows from something else is told only by itself. */
export function problemsOf(object: ObjectKey, findings: readonly Finding[]): readonly Problem[] {
  const bad = findings.filter(({ verdict }) => !verdict.ok);
  const causes = bad.filter(({ type, verdict }) => type !== 'Programmed' && !FOLLOWING.includes(verdict.reason));
  const told = causes.length > 0 ? causes : bad;
  return once(told.map((finding) => problemOf(object, finding)));
}

function problemOf(object: ObjectKey, { type, verdict, path }: Finding): Problem {
  return {
    severity: WARNINGS.includes(type) ? 'warning' : 'error',
    code: kebab(verdict.reason),
    object,
    path: verdict.path ?? path,
    message: verdict.message,
  };
}

/** Each of the listeners says it for itself. */
const FOLLOWING: readonly string[] = ['ListenersNotResolved', 'ListenersNotValid'];

/** All works, though perhaps not as meant. */
const WARNINGS: readonly ConditionType[] = ['OverlappingTLSConfig', 'InsecureFrontendValidationMode'];

function isPositive(type: ConditionType): boolean {
  return (POSITIVE as readonly string[]).includes(type);
}

/** Several conditions may have one cause. */
function once(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify([problem.path, problem.message]), problem])).values()];
}

/** `NoMatchingParent` → `no-matching-parent`, `InvalidCACertificateRef` → `invalid-ca-certificate-ref`. */
function kebab(reason: string): string {
  return reason.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
}
