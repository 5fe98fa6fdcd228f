import { ipOrRangeMistake } from '../names.ts';

/** What each list of an AuthorizationPolicy may hold. Each check says `must be …`, or undefined if all is well. */
export type ValueMistake = (value: string) => string | undefined;

/** https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source */
export const SOURCE_VALUES = {
  principals: principalMistake,
  notPrincipals: principalMistake,
  requestPrincipals: emptyMistake,
  notRequestPrincipals: emptyMistake,
  namespaces: namespaceMistake,
  notNamespaces: namespaceMistake,
  serviceAccounts: serviceAccountMistake,
  notServiceAccounts: serviceAccountMistake,
  ipBlocks: ipOrRangeMistake,
  notIpBlocks: ipOrRangeMistake,
  remoteIpBlocks: ipOrRangeMistake,
  notRemoteIpBlocks: ipOrRangeMistake,
} as const satisfies Readonly<Record<string, ValueMistake>>;

/** https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation */
export const OPERATION_VALUES = {
  hosts: hostValueMistake,
  notHosts: hostValueMistake,
  ports: portTextMistake,
  notPorts: portTextMistake,
  methods: methodValueMistake,
  notMethods: methodValueMistake,
  paths: pathValueMistake,
  notPaths: pathValueMistake,
} as const satisfies Readonly<Record<string, ValueMistake>>;

export function emptyMistake(value: string): string | undefined {
  return value === '' ? 'must not be empty' : undefined;
}

/** It would never match: principals are compared without their scheme. */
export function principalMistake(value: string): string | undefined {
  if (value.startsWith('spiffe://')) return 'must be written without spiffe://';
  return emptyMistake(value);
}

export function namespaceMistake(value: string): string | undefined {
  return value === '' || value.includes('/') ? 'must be the name of a namespace, perhaps with * at one end' : undefined;
}

export function serviceAccountMistake(value: string): string | undefined {
  return SERVICE_ACCOUNT.test(value) ? undefined : 'must be a service account, as name or namespace/name';
}

const SERVICE_ACCOUNT = /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/)?[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/;

export function portTextMistake(value: string): string | undefined {
  return /^[1-9]\d{0,4}$/.test(value) && Number(value) <= 65_535 ? undefined : 'must be a port number in quotes';
}

function hostValueMistake(value: string): string | undefined {
  if (value.includes('/')) return 'must be a host without scheme and path';
  return emptyMistake(value);
}

/** Methods are compared letter by letter, so that `get` is another one than GET. */
function methodValueMistake(value: string): string | undefined {
  if (METHODS.has(value.toUpperCase()) && !METHODS.has(value)) return 'must be in upper case';
  return /^\*?[A-Za-z-]*\*?$/.test(value) && value !== '' ? undefined : 'must be an HTTP method';
}

/** https://datatracker.ietf.org/doc/html/rfc9110#section-9 and https://datatracker.ietf.org/doc/html/rfc5789 */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']);

function pathValueMistake(value: string): string | undefined {
  if (/[?#]/.test(value)) return 'must be a path without query and fragment: they are not compared';
  if (!/^[/*]/.test(value)) return 'must be a path that begins with / or *';
  return isPathTemplate(value) || /[{}]/.test(value) ? templateMistake(value) : undefined;
}

/** `{*}` is one segment, `{**}` any number of them. */
export function isPathTemplate(value: string): boolean {
  return /\{\*\*?\}/.test(value);
}

function templateMistake(value: string): string | undefined {
  if (!value.startsWith('/')) return 'must begin with /, as a template';
  const segments = value.replace(/\/$/, '').slice(1).split('/');
  const operators: readonly string[] = segments.filter((segment) => segment === '{*}' || segment === '{**}');
  const literals = segments.filter((segment) => !operators.includes(segment));
  if (literals.some((segment) => /[{}]/.test(segment)))
    return 'must have { and } only in {*} and {**}, each a whole segment';
  if (operators.slice(0, -1).includes('{**}')) return 'must have nothing in braces after {**}';
  return literals.every((segment) => LITERAL.test(segment))
    ? undefined
    : 'must have plain segments beside {*} and {**}';
}

/** What Envoy takes for a piece of a path: https://datatracker.ietf.org/doc/html/rfc3986#appendix-A, but no `*`. */
const LITERAL = /^[-\w.~%!$&'()+,;:@=]+$/;
