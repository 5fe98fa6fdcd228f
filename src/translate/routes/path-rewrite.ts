import type { RedirectAction, RouteAction } from '../../proto/index.ts';
import type { PathMatch, PathRewrite } from '../../route/index.ts';

/**
 * The path that the destination sees. Envoy's `prefix_rewrite` replaces the matched prefix, and the whole path where the
 * match is exact or a regular expression.
 */
export function buildPathRewrite(rewrite: PathRewrite, match: PathMatch | undefined): RouteAction {
  switch (rewrite.kind) {
    case 'matched':
      return removesSegments(rewrite.value, match) ? withoutSegments(match) : { prefixRewrite: rewrite.value };
    case 'full':
      return matchesWholePath(match) ? { prefixRewrite: rewrite.value } : wholePath(rewrite.value);
    case 'regex':
      return { regexRewrite: { pattern: { regex: rewrite.pattern }, substitution: rewrite.substitution } };
  }
}

/** The path that the client is sent to. */
export function buildPathRedirect(rewrite: PathRewrite, match: PathMatch | undefined): RedirectAction {
  switch (rewrite.kind) {
    case 'matched':
      return removesSegments(rewrite.value, match) ? withoutSegments(match) : { prefixRewrite: rewrite.value };
    case 'full':
      return { pathRedirect: rewrite.value };
    case 'regex':
      return { regexRewrite: { pattern: { regex: rewrite.pattern }, substitution: rewrite.substitution } };
  }
}

function matchesWholePath(match: PathMatch | undefined): boolean {
  return match?.kind === 'exact' || match?.kind === 'regex';
}

function wholePath(value: string): RouteAction {
  return { regexRewrite: { pattern: { regex: '/.*' }, substitution: value.replaceAll('\\', '\\\\') } };
}

type SegmentPrefix = Extract<PathMatch, { kind: 'segment-prefix' }>;

/** `/api` to `/` would make `//x` of `/api/x`. */
function removesSegments(value: string, match: PathMatch | undefined): match is SegmentPrefix {
  return value === '/' && match?.kind === 'segment-prefix' && match.value !== '/';
}

function withoutSegments({ value }: SegmentPrefix): Pick<RouteAction & RedirectAction, 'regexRewrite'> {
  const literal = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return { regexRewrite: { pattern: { regex: `^${literal}(/?)(.*)` }, substitution: '/\\2' } };
}
