import { show } from './json-values.ts';
import type { RuleTest } from './rules.ts';
import type { Rule } from './schema.ts';

/** https://github.com/bufbuild/protoc-gen-validate#strings. Lengths are in characters, `_bytes` in bytes of UTF-8. */
export const stringTests: Readonly<Record<string, RuleTest>> = {
  len: (limit) => (value) => (characters(value) === limit ? undefined : `must have ${limit} characters`),
  min_len: (limit) => (value) => {
    if (characters(value) >= Number(limit)) return undefined;
    return limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`;
  },
  max_len: (limit) => (value) =>
    characters(value) > Number(limit) ? `must have at most ${limit} characters, not ${characters(value)}` : undefined,
  min_bytes: (limit) => (value) =>
    Buffer.byteLength(String(value)) < Number(limit) ? `must have at least ${limit} bytes` : undefined,
  max_bytes: (limit) => (value) =>
    Buffer.byteLength(String(value)) > Number(limit) ? `must have at most ${limit} bytes` : undefined,
  prefix: (limit) => (value) =>
    String(value).startsWith(String(limit)) ? undefined : `must begin with ${show(limit)}`,
  suffix: (limit) => (value) => (String(value).endsWith(String(limit)) ? undefined : `must end with ${show(limit)}`),
  contains: (limit) => (value) => (String(value).includes(String(limit)) ? undefined : `must contain ${show(limit)}`),
  pattern: (limit) => {
    const pattern = new RegExp(String(limit), 'u');
    return (value) => (pattern.test(String(value)) ? undefined : `must match ${limit}, which ${show(value)} does not`);
  },
  well_known_regex: (limit, rule) => {
    const { pattern, what } = wellKnown(String(limit), rule);
    return (value) => (pattern.test(String(value)) ? undefined : `is not ${what}: ${show(value)}`);
  },
};

function characters(value: unknown): number {
  const text = String(value);
  let surrogates = 0;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) surrogates++;
  return text.length - surrogates;
}

const HEADER_NAME = /^:?[0-9a-zA-Z!#$%&'*+\-.^_|~`]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule is about
const HEADER_VALUE = /^[^\x00-\x08\x0A-\x1F\x7F]*$/;
/** `strict: false`: only what would split a header in two. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule is about
const NO_LINE_END = /^[^\x00\x0A\x0D]*$/;

/** https://github.com/bufbuild/protoc-gen-validate/blob/main/validate/validate.proto, KnownRegex */
function wellKnown(name: string, rule: Rule): { readonly pattern: RegExp; readonly what: string } {
  const strict = rule['strict'] !== false;
  if (name === 'HTTP_HEADER_NAME') {
    return { pattern: strict ? HEADER_NAME : NO_LINE_END, what: 'the name of a header' };
  }
  if (name === 'HTTP_HEADER_VALUE') {
    return { pattern: strict ? HEADER_VALUE : NO_LINE_END, what: 'the value of a header' };
  }
  throw new Error(`nobody wrote the regex ${name}`);
}
