import type { TextMatch } from '../../../policy/index.ts';
import type { HeaderMatcher, StringMatcher } from '../../../proto/index.ts';

/** Something, whatever it is. */
export const SOMETHING: StringMatcher = { safeRegex: { regex: '.+' } };

/** `before`: what stands before the text that a policy speaks of. */
export function textMatcher(match: TextMatch, before = ''): StringMatcher {
  switch (match.kind) {
    case 'present':
      return SOMETHING;
    case 'exact':
      return { exact: before + match.value };
    case 'prefix':
      return before + match.value === '' ? ANYTHING : { prefix: before + match.value };
    case 'suffix':
      if (before !== '') return regexMatcher(`${quoted(before)}.*${quoted(match.value)}`);
      return match.value === '' ? ANYTHING : { suffix: match.value };
    case 'regex':
      return regexMatcher(before === '' ? match.value : `${quoted(before)}(?:${match.value})`);
  }
}

/** In any case of its letters. */
export function anyCaseMatcher(match: TextMatch): StringMatcher {
  switch (match.kind) {
    case 'present':
      return SOMETHING;
    case 'regex':
      return regexMatcher(`(?i)${match.value}`);
    default:
      return { ...textMatcher(match), ignoreCase: true };
  }
}

export function headerMatcher(name: string, stringMatch: StringMatcher): HeaderMatcher {
  return { name, stringMatch };
}

/** It is always the whole text that must match. */
export function regexMatcher(regex: string): StringMatcher {
  return { safeRegex: { regex } };
}

/** As part of a regular expression that means itself: https://github.com/google/re2/wiki/Syntax */
export function quoted(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

/** Even nothing. Envoy takes no empty prefix. */
const ANYTHING = regexMatcher('.*');
