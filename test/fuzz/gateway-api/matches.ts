import type { Request } from './requests.ts';
import { hasOther, listIn, map, mayBeMeant, textIn, UNREADABLE, type Written } from './written.ts';

/** A match that a request fits: what decides between several, the larger first. */
export type Rank = readonly number[];

/**
 * How well a request fits a rule of an HTTPRoute: for each match that it fits, its rank. Of a rule that may have meant to
 * say more nothing fits. https://gateway-api.sigs.k8s.io/reference/spec/#httproutematch
 */
export function fitsOfHttp(rule: Written, request: Request): readonly Rank[] {
  return matchesOf(rule, HTTP_RULE).flatMap((match) => {
    if (!match || hasOther(match, ['path', 'headers', 'queryParams', 'method'])) return [];
    const path = pathFit(match, request.path);
    const headers = valuesFit(match, 'headers', (name) => request.headers[name.toLowerCase()], lower);
    const params = valuesFit(match, 'queryParams', (name) => request.query[name], same);
    const method = textIn(match, 'method');
    if (!path || headers === undefined || params === undefined) return [];
    if (method !== undefined && method !== request.method) return [];
    return [[...path, method === undefined ? 0 : 1, headers, params]];
  });
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#grpcroutematch */
export function fitsOfGrpc(rule: Written, request: Request): readonly Rank[] {
  if (!request.headers['content-type']?.startsWith('application/grpc')) return [];
  return matchesOf(rule, GRPC_RULE).flatMap((match) => {
    if (!match || hasOther(match, ['method', 'headers'])) return [];
    const call = callFit(match, request.path);
    const headers = valuesFit(match, 'headers', (name) => request.headers[name.toLowerCase()], lower);
    return call && headers !== undefined ? [[...call, headers]] : [];
  });
}

export const GRPC_RULE = ['name', 'matches', 'filters', 'backendRefs', 'sessionPersistence'];
export const HTTP_RULE = [...GRPC_RULE, 'timeouts', 'retry'];

/** Without matches: one that everything fits. */
function matchesOf(rule: Written, fields: readonly string[]): readonly (Written | undefined)[] {
  const written = listIn(rule, 'matches');
  if (written === UNREADABLE) return [];
  if (mayBeMeant('matches', rule, fields)) return [];
  return written.length === 0 ? [{}] : written.map(map);
}

function pathFit(match: Written, path: string): Rank | undefined {
  if (match['path'] === undefined) return [0, 0];
  const written = map(match['path']);
  if (!written || hasOther(written, ['type', 'value'])) return undefined;
  const type = written['type'] ?? 'PathPrefix';
  const value = written['value'] ?? '/';
  if (typeof value !== 'string') return undefined;
  switch (type) {
    case 'Exact':
      return path === value ? [2, value.length] : undefined;
    case 'RegularExpression':
      return isWhole(value, path) ? [1, value.length] : undefined;
    case 'PathPrefix': {
      const prefix = value.replace(/\/+$/, '');
      return path === prefix || path.startsWith(`${prefix}/`) ? [0, prefix.length] : undefined;
    }
    default:
      return undefined;
  }
}

/** How many must fit, if all do. Of several for one name the first counts. */
function valuesFit(
  match: Written,
  field: string,
  sent: (name: string) => string | undefined,
  nameOf: (name: string) => string,
): number | undefined {
  const written = listIn(match, field);
  if (written === UNREADABLE) return undefined;
  const seen = new Set<string>();
  for (const one of written.map(map)) {
    if (!one || hasOther(one, ['type', 'name', 'value']) || typeof one['name'] !== 'string') return undefined;
    const name = nameOf(one['name']);
    if (seen.has(name)) continue;
    seen.add(name);
    const value = sent(one['name']);
    if (value === undefined || typeof one['value'] !== 'string') return undefined;
    const type = one['type'] ?? 'Exact';
    if (type === 'Exact' ? value !== one['value'] : type !== 'RegularExpression' || !isWhole(one['value'], value))
      return undefined;
  }
  return seen.size;
}

/** A call is `/service/method`. */
function callFit(match: Written, path: string): Rank | undefined {
  if (match['method'] === undefined) return [0, 0];
  const written = map(match['method']);
  if (!written || hasOther(written, ['type', 'service', 'method'])) return undefined;
  const [, service = '', method = '', ...rest] = path.split('/');
  const type = written['type'] ?? 'Exact';
  if (!['Exact', 'RegularExpression'].includes(`${type}`)) return undefined;
  const fits = (wanted: unknown, word: string): boolean => {
    if (wanted === undefined) return true;
    if (typeof wanted !== 'string') return false;
    return type === 'Exact' ? wanted === word : isWhole(wanted, word);
  };
  const isCall = rest.length === 0 && method !== '';
  // With a service alone, what is under it is not looked at: no program has such a path that is no call.
  const isUnder = written['method'] === undefined && type === 'Exact';
  if (!(isCall || isUnder) || !fits(written['service'], service) || !fits(written['method'], method)) return undefined;
  return [lengthOf(written['service']), lengthOf(written['method'])];
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}

function isWhole(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return false;
  }
}

function lower(name: string): string {
  return name.toLowerCase();
}

function same(name: string): string {
  return name;
}
