import pc from 'picocolors';
import { displayName, type Problem } from '../api/index.ts';

const COLORS = { error: pc.red, warning: pc.yellow, notice: pc.cyan } as const;

/**
 * One problem in the form that editors and terminals make into a link:
 *
 *   shop/routes.yaml:12:7 error VirtualService shop/cart spec.http[0].retrys: is not a field
 *       hint: did you mean retries? [unknown-field]
 */
export function showProblem(problem: Problem): string {
  const { place, severity, object, path, message, hint, code } = problem;
  const where = place ? `${place.file}:${place.line}:${place.column} ` : '';
  const what = [object && displayName(object), path].filter(Boolean).join(' ');
  const first = `${where}${COLORS[severity](severity)} ${what}${what ? ': ' : ''}${message} ${pc.dim(`[${code}]`)}`;
  return hint ? `${first}\n    hint: ${hint}` : first;
}

/** `2 errors, 1 warning, no notices`. */
export function countProblems(problems: readonly Problem[]): string {
  const count = (severity: Problem['severity']): string => {
    const n = problems.filter((problem) => problem.severity === severity).length;
    return `${n || 'no'} ${severity}${n === 1 ? '' : 's'}`;
  };
  return `${count('error')}, ${count('warning')}, ${count('notice')}`;
}

/** For machines: flat, and without anything that is undefined. */
export function problemJson({ place, object, ...problem }: Problem): object {
  return { ...place, ...problem, ...(object && { object: displayName(object) }) };
}
