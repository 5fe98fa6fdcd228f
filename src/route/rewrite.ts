import type { HttpRewrite } from '../api/index.ts';
import type { PathMatch, PathRewrite } from './route.ts';

/** A prefix match has its prefix replaced, any other its whole path. */
export function fromRewrite(rewrite: HttpRewrite | undefined, path: PathMatch | undefined): PathRewrite | undefined {
  const { uri, uriRegexRewrite: regex } = rewrite ?? {};
  if (regex) return { kind: 'regex', pattern: regex.match, substitution: regex.rewrite };
  return uri ? replacing(uri, path) : undefined;
}

export function replacing(value: string, path: PathMatch | undefined): PathRewrite {
  const whole = path?.kind === 'exact' || path?.kind === 'regex';
  return { kind: whole ? 'full' : 'matched', value };
}
