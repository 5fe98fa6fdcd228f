import type { Condition } from './condition.ts';

/**
 * Whether a path (without query) is one of a template: `{*}` is one segment, `{**}` any number. Envoy takes both for the
 * characters of RFC 3986, and for no others: not for `[`, which no normalization escapes.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/path/match/uri_template/v3/uri_template_match.proto
 */
export function matchesTemplate(template: string, path: string): boolean {
  return new RegExp(`^${patternOf(template, NARROW)}$`).test(path);
}

/**
 * A condition in which no template that helps to deny is narrower than it looks: there it is a regular expression, in
 * which `{*}` is whatever stands between slashes, and `{**}` is anything. Otherwise `/admin/a[b` would slip past a
 * denial of `/admin/{**}`. `effect`: what a call meets that the condition fits.
 */
export function closeTemplates(condition: Condition, effect: 'opening' | 'closing'): Condition {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { kind: condition.kind, of: condition.of.map((part) => closeTemplates(part, effect)) };
    case 'not':
      return { kind: 'not', of: closeTemplates(condition.of, effect === 'opening' ? 'closing' : 'opening') };
    case 'path-template':
      if (effect === 'opening') return condition;
      return { kind: 'path', match: { kind: 'regex', value: patternOf(condition.template, WIDE) } };
    default:
      return condition;
  }
}

type Operators = Readonly<Record<string, string>>;

function patternOf(template: string, operators: Operators): string {
  const parts = template.split(/(\{\*\*?\})/);
  return parts.map((part) => operators[part] ?? part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')).join('');
}

const LITERAL = "a-zA-Z0-9\\-._~%!$&'()*+,;:@=";

const NARROW: Operators = { '{*}': `[${LITERAL}]+`, '{**}': `[${LITERAL}/]*` };
const WIDE: Operators = { '{*}': '[^/]+', '{**}': '.*' };
