import { z } from 'zod';
import { durationMs } from '../../lib/duration.ts';
import { re2Error } from '../../lib/re2.ts';
import { labelKeyMistake, labelMistake } from '../names.ts';
import { list, rule, show, text } from '../vocabulary.ts';

/** The words of Gateway API's own schemas. Each wants what the CRDs of v1.6.1 want, no more and no less. */

/** `cart.example.com`. */
export function hostname() {
  return text(hostnameMistake);
}

export function hostnameMistake(value: string): string | undefined {
  return value.length <= 253 && DNS_NAME.test(value) ? undefined : 'must be a DNS name in lower case';
}

/** `cart.example.com`, or `*.example.com` for everything under it. */
export function wildcardHostname() {
  return text(wildcardHostnameMistake);
}

export function wildcardHostnameMistake(value: string): string | undefined {
  if (value === '*') return 'must be left out where any host is meant';
  const rest = value.startsWith('*.') ? value.slice(2) : value;
  const right = value.length <= 253 && DNS_NAME.test(rest);
  return right ? undefined : 'must be a DNS name in lower case, or *. and one';
}

/** The name of a listener, of a rule, or of a port. */
export function sectionName() {
  return text((value) =>
    value.length <= 253 && DNS_NAME.test(value)
      ? undefined
      : 'must be a name: a-z, 0-9, - and ., 253 characters at most',
  );
}

/** An empty one is Kubernetes' own. */
export function group() {
  return text((value) =>
    value === '' || (value.length <= 253 && DNS_NAME.test(value))
      ? undefined
      : 'must be an API group: a DNS name in lower case, or empty',
  );
}

export function kind() {
  return text((value) =>
    value.length <= 63 && KIND.test(value) ? undefined : 'must be a kind: letters, digits and -, 63 characters at most',
  );
}

/** The API server asks no more of the name of something that is referred to. */
export function objectName() {
  return limited(253);
}

export function namespaceName() {
  return text(labelMistake);
}

/** `example.com/gateway-controller`. */
export function controllerName() {
  return text((value) =>
    value.length <= 253 && DOMAIN_AND_PATH.test(value)
      ? undefined
      : 'must be a domain and a path, like example.com/gateway-controller',
  );
}

/** A text that is not empty. */
export function limited(longest: number) {
  return text((value) =>
    value !== '' && value.length <= longest ? undefined : `must have between 1 and ${longest} characters`,
  );
}

export function atMostLong(longest: number) {
  return text((value) => (value.length <= longest ? undefined : `must have ${longest} characters at most`));
}

/** https://datatracker.ietf.org/doc/html/rfc9110#name-tokens */
export function token() {
  return text(tokenMistake);
}

export function tokenMistake(value: string): string | undefined {
  return value.length <= 256 && TOKEN.test(value) ? undefined : 'must be a name of letters, digits and - (256 at most)';
}

export function headerValue() {
  return text((value) =>
    value.length <= 4096 && HEADER_VALUE.test(value)
      ? undefined
      : 'must be visible ASCII characters, with single spaces or tabs between them',
  );
}

/** The value of a match: a regular expression where `type` says so. */
export function regexMistake(value: string): string | undefined {
  const error = value === '' ? 'it is empty' : re2Error(value);
  return error && `must be a regular expression in RE2 syntax (${error}), not ${show(value)}`;
}

/** https://gateway-api.sigs.k8s.io/geps/gep-2257/ */
export function gatewayDuration() {
  return text((value) => (DURATION.test(value) ? undefined : 'must be a duration like 10s, 1h30m or 500ms'));
}

/** Milliseconds. */
export function gatewayDurationMs(value: string): number {
  return durationMs(value)!;
}

/** A list with no more in it than this; too long, it is wrong as a whole. */
export function atMost<T extends z.ZodType>(most: number, item: T) {
  return list(item).check(rule((items) => (items.length <= most ? undefined : tooMany(items.length, most))));
}

export function between<T extends z.ZodType>(most: number, item: T) {
  return list(item).check(
    rule((items) => {
      if (items.length === 0) return 'must not be empty';
      return items.length <= most ? undefined : tooMany(items.length, most);
    }),
  );
}

/** A map of texts with no more in it than this. */
export function mapOfAtMost(most: number, mistake?: (value: string) => string | undefined) {
  return z
    .record(z.string(), mistake ? text(mistake) : atMostLong(4096), {
      error: ({ input }) => `must be a map, not ${show(input)}`,
    })
    .check(rule((map) => (Object.keys(map).length <= most ? undefined : tooMany(Object.keys(map).length, most))));
}

/** The keys of labels and annotations. */
export function labelNames(): z.core.CheckFn<Record<string, string>> {
  return rule((map: Record<string, string>) =>
    Object.keys(map).flatMap((key) => {
      const mistake = labelKeyMistake(key);
      return mistake ? [{ path: [key], message: `${mistake}, not ${show(key)}`, atKey: true as const }] : [];
    }),
  );
}

function tooMany(there: number, most: number): string {
  return `must have ${most} entries at most, not ${there}`;
}

/** No two elements may be the same. */
export function noneTwice<T extends string | number>(): z.core.CheckFn<T[]> {
  return rule((values: T[]) =>
    values.flatMap((value, i) =>
      values.indexOf(value) === i ? [] : [{ path: [i], code: 'duplicate', message: `${show(value)} is there twice` }],
    ),
  );
}

/** No two elements may have the same value in this field: the first one holds. */
export function unique<T extends object>(field: keyof T & string): z.core.CheckFn<T[]> {
  return rule((items: T[]) => {
    const seen = new Set<unknown>();
    return items.flatMap((item, i) => {
      const value = item[field];
      const twice = value !== undefined && seen.has(value);
      seen.add(value);
      const message = `${field} ${show(value)} is taken by an earlier one of the list`;
      return twice ? [{ path: [i, field], code: 'duplicate', message }] : [];
    });
  });
}

const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const KIND = /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const DOMAIN_AND_PATH = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[\w/.~%!$&'()*+,;=:-]+$/;
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const HEADER_VALUE = /^[!-~]+([\t ]?[!-~]+)*$/;
const DURATION = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;
