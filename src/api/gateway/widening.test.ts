import { isDeepStrictEqual as isSame } from 'node:util';
import { expect, test } from 'vitest';
import { everything } from '../everything.fixture.ts';
import { mistakesIn } from '../mutation.fixture.ts';
import type { RawObject } from '../object.ts';
import { parsePath, valueAt } from '../path.ts';
import { parseObject } from '../registry.ts';
import { writtenPath } from '../written.ts';
import { UNREADABLE_HOST, UNREADABLE_REFERENCE } from './unreadable.ts';

/** Anything that was parsed; tests look into it by name. */
interface Part {
  readonly [field: string]: Part;
}
type Parts = readonly Part[] | undefined;

/** Whether what is left is for what was meant, and lets nothing through that was held up. */
type Judge = (left: Part, meant: Part, partsOf: PartsOf) => boolean;

/** The elements of a list that are left, each with what was written there. */
type PartsOf = (list: string) => readonly (readonly [left: Part, meant: Part])[];

const BROKEN = [UNREADABLE_REFERENCE];

const route: Judge = (left, meant, partsOf) =>
  isFewerHosts(left['hostnames'] as Parts, meant['hostnames'] as Parts) &&
  partsOf('spec.parentRefs').every(([a, b]) => isSame(a, b)) &&
  partsOf('spec.rules').every(([a, b]) => isSame(a['matches'], b['matches'])) &&
  ((left['rules'] as Parts) ?? []).every(
    (rule, i) => isBroken(rule) || guards(rule, partsOf(`spec.rules[${i}]`)[0]![1]),
  ) &&
  ((left['rules'] as Parts) ?? []).every(
    (rule, i) => isBroken(rule) || partsOf(`spec.rules[${i}].backendRefs`).every(([a, b]) => isNarrowerBackend(a, b)),
  );

const listeners = (partsOf: PartsOf): boolean =>
  partsOf('spec.listeners').every(
    ([a, b]) =>
      ['name', 'hostname', 'port', 'protocol', 'allowedRoutes'].every((field) => isSame(a[field], b[field])) &&
      isSame(a['tls']?.['mode'], b['tls']?.['mode']) &&
      isSame(a['tls']?.['certificateRefs'], b['tls']?.['certificateRefs']),
  );

const JUDGES: Readonly<Record<string, Judge>> = {
  HTTPRoute: route,
  GRPCRoute: route,
  TLSRoute: route,
  TCPRoute: route,
  UDPRoute: route,
  Gateway: (left, meant, partsOf) =>
    listeners(partsOf) &&
    ['gatewayClassName', 'addresses'].every((field) => isSame(left[field], meant[field])) &&
    (left['allowedListeners'] === undefined || isSame(left['allowedListeners'], meant['allowedListeners'])) &&
    asksForCertificates(left['tls'], meant['tls']),
  ListenerSet: (left, meant, partsOf) => listeners(partsOf) && isSame(left['parentRef'], meant['parentRef']),
  ReferenceGrant: (_, __, partsOf) => [...partsOf('spec.from'), ...partsOf('spec.to')].every(([a, b]) => isSame(a, b)),
  BackendTLSPolicy: (left, meant) =>
    isSame(left['targetRefs'], meant['targetRefs']) &&
    (isSame(left['validation'], meant['validation']) || isSame(left['validation']!['caCertificateRefs'], BROKEN)),
  XBackend: (left, meant) => isSame(left, meant),
};

const ours = everything.filter(({ apiVersion, kind }) => /k8s\.io|linkerd/.test(apiVersion) && JUDGES[kind]);

test.each(ours.map((object) => [`${object.kind} ${object.apiVersion}`, object] as const))(
  'no mistake in a %s widens it: what is left is for what was meant, and what it needs is asked for',
  (_, object) => {
    const widened = [...mistakesIn(object)].filter(({ object: wrong }) => isWider(wrong, object));
    expect(widened.map(({ at }) => at)).toEqual([]);
  },
);

function isWider(wrong: RawObject, object: RawObject): boolean {
  const { value } = parseObject(wrong);
  if (!value) return false;
  const partsOf: PartsOf = (list) => {
    const left = valueAt(value, parsePath(list));
    const paths = Array.isArray(left) ? left.map((_, i) => `${list}[${i}]`) : left === undefined ? [] : [list];
    const at = (path: string) => [
      valueAt(value, parsePath(path)),
      valueAt(object, parsePath(writtenPath(value, path))),
    ];
    return paths.map((path) => at(path) as [Part, Part]);
  };
  const { spec } = value as unknown as { readonly spec: Part };
  return !JUDGES[object.kind]!(spec, object['spec'] as Part, partsOf);
}

function isFewerHosts(left: Parts, meant: Parts): boolean {
  if (meant === undefined || isSame(left, [UNREADABLE_HOST])) return true;
  return left !== undefined && left.length > 0 && left.every((host) => meant.includes(host));
}

function isBroken(rule: Part): boolean {
  return isSame(rule['backendRefs'], BROKEN);
}

/** Every filter that changes or guards requests is still there, as it was. */
function guards(left: Part, meant: Part): boolean {
  const harmless = ['RequestMirror', 'ResponseHeaderModifier', 'CORS'];
  const guarding = (part: Part) =>
    ((part['filters'] ?? []) as unknown as readonly Part[]).filter(({ type }) => !harmless.includes(String(type)));
  return isSame(guarding(left), guarding(meant));
}

function isNarrowerBackend(left: Part, meant: Part): boolean {
  if (left['name'] === (UNREADABLE_REFERENCE.name as unknown)) return true;
  const { weight, filters, ...who } = left;
  const { weight: _, filters: __, ...meantWho } = meant;
  return isSame(who, meantWho) && guards(left, meant) && (Number(weight ?? 0) === 0 || weight === meant['weight']);
}

function asksForCertificates(left: Part | undefined, meant: Part | undefined): boolean {
  if (meant === undefined) return true;
  const frontend = left?.['frontend'];
  const asks = (now: Part | undefined, before: Part | undefined) => {
    const refs = now?.['validation']?.['caCertificateRefs'];
    const mode = now?.['validation']?.['mode'];
    const isAsIs = isSame(refs, before?.['validation']?.['caCertificateRefs']) || isSame(refs, BROKEN);
    return isAsIs && (mode === undefined || mode === before?.['validation']?.['mode']);
  };
  const ports = (frontend?.['perPort'] ?? []) as unknown as readonly Part[];
  const meantPorts = (meant['frontend']!['perPort'] ?? []) as unknown as readonly Part[];
  const isClosed = isSame(frontend, { default: { validation: { caCertificateRefs: BROKEN } } });
  const perPort =
    ports.length === meantPorts.length &&
    ports.every(({ port, tls }, i) => port === meantPorts[i]!['port'] && asks(tls, meantPorts[i]!['tls']));
  return isClosed || (asks(frontend?.['default'], meant['frontend']!['default']) && perPort);
}
