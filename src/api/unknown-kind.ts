import { closest, editDistance } from '../lib/closest.ts';
import { notYet, replaced } from './bystanders.ts';
import type { Kind } from './kind.ts';
import { groupOf, type ObjectKey, type RawObject } from './object.ts';
import type { Problem } from './problem.ts';

/**
 * What to say of an object that pharos does not read: a misspelt kind or version is an error, a kind for later a
 * warning, and a kind of someone else a notice.
 */
export function unknownKindProblem(
  raw: RawObject,
  object: ObjectKey,
  kinds: readonly Kind<unknown>[],
  otherKinds: readonly string[],
): Problem {
  const group = groupOf(raw.apiVersion);
  const name = `${group}/${raw.kind}`;
  const problem = (severity: Problem['severity'], code: string, path: string, message: string, hint?: string) =>
    ({ severity, code, object, path, message, ...(hint === undefined ? {} : { hint }) }) satisfies Problem;

  const known = kinds.find((kind) => kind.group === group && kind.kind === raw.kind);
  if (known) {
    const message = `${raw.kind} has no version ${raw.apiVersion}`;
    return problem('error', 'unknown-version', 'apiVersion', message, `use ${apiVersionsOf(known)}`);
  }
  const successor = replaced.get(name);
  if (successor !== undefined) {
    return problem('error', 'unknown-kind', 'kind', `there is no kind ${raw.kind} any more`, `write a ${successor}`);
  }
  if (notYet.has(name)) {
    return problem(
      'warning',
      'kind-not-read',
      'kind',
      `${raw.kind} is not read by this version of pharos: nothing of it is applied`,
    );
  }
  const elsewhere = kinds.find((kind) => kind.kind === raw.kind && isLike(group, kind.group));
  if (elsewhere) {
    const message = `${raw.kind} is not a kind of ${group || 'the core group (v1)'}`;
    return problem('error', 'unknown-version', 'apiVersion', message, `use ${apiVersionsOf(elsewhere)}`);
  }
  const siblings = [...kinds.map((kind) => `${kind.group}/${kind.kind}`), ...otherKinds].filter(
    (other) => other.slice(0, other.lastIndexOf('/')) === group,
  );
  const near = closest(
    raw.kind,
    siblings.map((other) => other.slice(other.lastIndexOf('/') + 1)),
  );
  if (near !== undefined) {
    return problem(
      'error',
      'unknown-kind',
      'kind',
      `${raw.apiVersion} has no kind ${raw.kind}`,
      `did you mean ${near}?`,
    );
  }
  const severity = siblings.length > 0 ? 'warning' : 'notice';
  return problem(
    severity,
    'kind-not-read',
    'kind',
    `${raw.kind} (${raw.apiVersion}) is not read by this version of pharos`,
  );
}

/** Groups that people take for one another; `serving.knative.dev` has a Service of its own, and means it. */
function isLike(group: string, right: string): boolean {
  const misspelt = editDistance(group, right) <= Math.max(2, right.length / 4);
  const istio = group.endsWith('istio.io') && right.endsWith('istio.io');
  const builtIn = (name: string) => !name.includes('.') || name.endsWith('.k8s.io');
  return misspelt || istio || (builtIn(group) && builtIn(right)) || (builtIn(group) && right.endsWith('istio.io'));
}

function apiVersionsOf({ group, versions }: Kind<unknown>): string {
  return versions.map((version) => (group ? `${group}/${version}` : version)).join(', ');
}
