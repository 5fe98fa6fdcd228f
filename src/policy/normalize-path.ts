import type { PathNormalization } from '../mesh/index.ts';

/**
 * What a proxy makes of a path before anybody looks at it; undefined: it answers 400. The query stays as it is.
 * https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/path_normalization and
 * https://istio.io/latest/docs/ops/best-practices/security/#customize-your-system-on-path-normalization
 */
export function normalizePath(path: string, normalization: PathNormalization): string | undefined {
  if (path.includes('#')) return undefined;
  if (normalization === 'none') return path;
  const query = path.indexOf('?');
  const [start, rest] = query < 0 ? [path, ''] : [path.slice(0, query), path.slice(query)];
  const decoded = normalization === 'decode-and-merge-slashes' ? unescapeSlashes(start) : start;
  const canonical = canonicalPath(decoded);
  if (canonical === undefined) return undefined;
  return (normalization === 'base' ? canonical : canonical.replace(/\/{2,}/g, '/')) + rest;
}

function unescapeSlashes(path: string): string {
  return path.replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
}

/** As Chromium makes URLs canonical, which is what Envoy does: https://url.spec.whatwg.org/#path-state */
function canonicalPath(path: string): string | undefined {
  const [, ...segments] = path.replaceAll('\\', '/').split('/');
  if (!/^[/\\]/.test(path)) return path;
  const kept: string[] = [];
  for (const [i, segment] of segments.entries()) {
    const dots = segment.replace(/%2e/gi, '.');
    const isLast = i === segments.length - 1;
    if (dots === '..') kept.pop();
    if (dots !== '.' && dots !== '..') kept.push(segment);
    else if (isLast) kept.push('');
  }
  const escaped = `/${kept.join('/')}`;
  return escaped.includes('%00') || escaped.includes('\0') ? undefined : reescape(escaped);
}

/** Letters, digits and what else needs no escape have none; what needs one has one. */
function reescape(path: string): string {
  const plain = path.replace(/%([0-9a-f]{2})/gi, (written, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : written;
  });
  return plain.replace(/[^!$&'()*+,\-./0-9:;=@A-Z[\]_a-z~%]/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
