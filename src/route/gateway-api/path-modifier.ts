import type { HttpPathModifier } from '../../api/index.ts';
import type { PathMatch, PathRewrite } from '../route.ts';
import { withoutEnd } from './match.ts';

/** A path that cannot be made of the one that was asked for: only a prefix can be replaced in its place. */
export type NotPossible = 'not-possible';

/**
 * Another path, for whom it is sent to or for the client. Slashes at the ends of what is replaced, and of what takes its
 * place, mean nothing: `/foo/x` by `/foo` → `/bar/` is `/bar/x`.
 * https://gateway-api.sigs.k8s.io/reference/spec/#httppathmodifier
 */
export function fromPathModifier(modifier: HttpPathModifier, match: PathMatch | undefined): PathRewrite | NotPossible {
  if (modifier.type === 'ReplaceFullPath') return { kind: 'full', value: rooted(modifier.replaceFullPath ?? '') };
  const value = withoutEnd(rooted(modifier.replacePrefixMatch ?? ''));
  // What is replaced is the slash that every path begins with, so that there must be one again.
  if (match === undefined) return { kind: 'matched', value: `${value}/` };
  return match.kind === 'segment-prefix' ? { kind: 'matched', value: value || '/' } : 'not-possible';
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
