import type { RawObject } from '../../../src/api/index.ts';
import type { ObjectStatus } from '../../../src/status/index.ts';
import { type Hostname, intersect } from './hostnames.ts';
import { GATEWAY_API, OWN_CONTROLLER, ROUTE_KINDS, type RouteKind } from './names.ts';
import {
  hasOther,
  listIn,
  map,
  mayBeMeant,
  namespaceOf,
  numberIn,
  referenceIn,
  rowOf,
  specOf,
  textIn,
  UNREADABLE,
  type Written,
} from './written.ts';

/** A listener as it is written, with the routes that may be there. */
export interface OracleListener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname: Hostname;
  /** Its status says that it is served; who is served is not this oracle's question. */
  readonly isServed: boolean;
  readonly routes: readonly AttachedRoute[];
}

export interface AttachedRoute {
  readonly route: RawObject;
  /** What of the route's hostnames and the listener's is common. */
  readonly hostnames: readonly Hostname[];
}

export interface Attachments {
  /** By `namespace/name` of a Gateway. */
  readonly listeners: ReadonlyMap<string, readonly OracleListener[]>;
}

export type StatusOf = (object: RawObject) => ObjectStatus | undefined;

/**
 * Which routes may be at which listeners, by the words of the specification.
 * https://gateway-api.sigs.k8s.io/reference/spec/#parentreference
 */
export function attachmentsOf(objects: readonly RawObject[], statusOf: StatusOf, isSound: boolean): Attachments {
  const gateways = objects.filter((one) => isOfApi(one, 'Gateway') && isOurs(one, objects));
  const routes = objects.filter((one) => ROUTE_KINDS.some((kind) => isOfApi(one, kind)));
  const all = new Map<string, OracleListener[]>();
  for (const gateway of gateways) {
    const sets = objects.filter((one) => isOfApi(one, 'ListenerSet') && isLetIn(one, gateway, objects));
    const found = [gateway, ...sets].flatMap((holder) =>
      writtenListeners(holder).map(({ listener, ...rest }): OracleListener => {
        const { name } = rest;
        const status = statusOf(holder)?.listeners?.find((one) => one.name === name);
        const programmed = status?.conditions.find(({ type }) => type === 'Programmed');
        const attached = routes.flatMap((route) => attach(route, holder, { listener, ...rest }, objects));
        return {
          ...rest,
          isServed: programmed?.status === 'True',
          routes: isSound ? withoutRivals(attached) : attached,
        };
      }),
    );
    all.set(rowOf(gateway), [...(all.get(rowOf(gateway)) ?? []), ...found]);
  }
  return { listeners: all };
}

export function isOfApi({ apiVersion, kind }: RawObject, wanted: string): boolean {
  return apiVersion.startsWith(`${GATEWAY_API}/`) && kind === wanted;
}

/** The class `pharos` is there without an object. */
export function isOurs(gateway: RawObject, objects: readonly RawObject[]): boolean {
  const name = specOf(gateway)['gatewayClassName'];
  const written = objects.filter((one) => isOfApi(one, 'GatewayClass') && one.metadata.name === name);
  if (written.length === 0) return name === 'pharos';
  return written.some((one) => specOf(one)['controllerName'] === OWN_CONTROLLER);
}

interface WrittenListener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname: Hostname;
  readonly listener: Written;
}

const LISTENER = ['name', 'hostname', 'port', 'protocol', 'tls', 'allowedRoutes'];

function writtenListeners(holder: RawObject): readonly WrittenListener[] {
  const written = listIn(specOf(holder), 'listeners');
  return (written === UNREADABLE ? [] : written).map(map).flatMap((listener) => {
    if (!listener || hasOther(listener, LISTENER)) return [];
    const [name, hostname, protocol] = ['name', 'hostname', 'protocol'].map((field) => textIn(listener, field));
    const port = numberIn(listener, 'port');
    if (typeof name !== 'string' || typeof protocol !== 'string' || typeof port !== 'number') return [];
    return hostname === UNREADABLE ? [] : [{ name, port, protocol, hostname: hostname as Hostname, listener }];
  });
}

export function isLetIn(set: RawObject, gateway: RawObject, objects: readonly RawObject[]): boolean {
  const parent = referenceIn(specOf(set)['parentRef'], {
    group: GATEWAY_API,
    kind: 'Gateway',
    namespace: namespaceOf(set),
  });
  if (!parent || !names(parent, gateway)) return false;
  const rule = map(specOf(gateway)['allowedListeners']) ?? {};
  return admits(map(rule['namespaces']) ?? {}, 'None', namespaceOf(gateway), namespaceOf(set), objects);
}

function names(
  ref: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string },
  object: RawObject,
): boolean {
  return ref.group === GATEWAY_API && ref.kind === object.kind && `${ref.namespace}/${ref.name}` === rowOf(object);
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#fromnamespaces */
function admits(rule: Written, absent: string, own: string, namespace: string, objects: readonly RawObject[]): boolean {
  if (hasOther(rule, ['from', 'selector'])) return false;
  switch (rule['from'] ?? absent) {
    case 'All':
      return true;
    case 'Same':
      return own === namespace;
    case 'Selector':
      return isSelected(map(rule['selector']), namespace, objects);
    default:
      return false;
  }
}

function isSelected(selector: Written | undefined, namespace: string, objects: readonly RawObject[]): boolean {
  if (!selector || hasOther(selector, ['matchLabels', 'matchExpressions'])) return false;
  const object = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace);
  const labels: Written = { ...map(object?.metadata['labels']), 'kubernetes.io/metadata.name': namespace };
  const wanted = selector['matchLabels'] === undefined ? {} : map(selector['matchLabels']);
  const expressions = listIn(selector, 'matchExpressions');
  if (!wanted || expressions === UNREADABLE) return false;
  return (
    Object.entries(wanted).every(([key, value]) => labels[key] === value) &&
    expressions.map(map).every((one) => one !== undefined && holds(one, labels))
  );
}

function holds({ key, operator, values = [] }: Written, labels: Written): boolean {
  const value = labels[`${key as string}`];
  const isListed = Array.isArray(values) && values.includes(value);
  switch (operator) {
    case 'In':
      return value !== undefined && isListed;
    case 'NotIn':
      return !isListed;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

const KINDS: Readonly<Record<string, readonly RouteKind[]>> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute'],
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
};

function attach(
  route: RawObject,
  holder: RawObject,
  { listener, name, port, protocol, hostname }: WrittenListener,
  objects: readonly RawObject[],
): readonly AttachedRoute[] {
  if (!parentsOf(route, objects).some((one) => isNamed(one, route, holder, name, port))) return [];
  const allowed = listener['allowedRoutes'] === undefined ? {} : map(listener['allowedRoutes']);
  if (!allowed || hasOther(allowed, ['namespaces', 'kinds'])) return [];
  const namespaces = allowed['namespaces'] === undefined ? {} : map(allowed['namespaces']);
  if (!namespaces || !admits(namespaces, 'Same', namespaceOf(holder), namespaceOf(route), objects)) return [];
  if (!kindsOf(protocol, allowed).includes(route.kind as RouteKind)) return [];
  const hostnames = hostnamesOf(route).flatMap((own) => {
    const common = intersect(hostname, own);
    return common ? [common.hostname] : [];
  });
  return hostnames.length > 0 ? [{ route, hostnames }] : [];
}

function kindsOf(protocol: string, allowed: Written): readonly RouteKind[] {
  const possible = KINDS[protocol] ?? [];
  const asked = listIn(allowed, 'kinds');
  if (asked === UNREADABLE) return [];
  if (asked.length === 0) return possible;
  const wanted = asked.map(map).filter((one) => one && !hasOther(one, ['group', 'kind']));
  return possible.filter((kind) =>
    wanted.some((one) => one!['kind'] === kind && (one!['group'] ?? GATEWAY_API) === GATEWAY_API),
  );
}

/** With the Gateways that are default ones, unless it names them itself. */
function parentsOf(route: RawObject, objects: readonly RawObject[]): readonly unknown[] {
  const written = listIn(specOf(route), 'parentRefs');
  const refs = written === UNREADABLE ? [] : written;
  if (specOf(route)['useDefaultGateways'] !== 'All') return refs;
  const defaults = objects.filter((one) => isOfApi(one, 'Gateway') && specOf(one)['defaultScope'] === 'All');
  const isWritten = (gateway: RawObject): boolean =>
    refs.some((ref) => {
      const { sectionName, port, ...rest } = map(ref) ?? {};
      const read = referenceIn(rest, { group: GATEWAY_API, kind: 'Gateway', namespace: namespaceOf(route) });
      return read !== undefined && names(read, gateway);
    });
  const implied = defaults.filter((one) => !isWritten(one));
  return [...refs, ...implied.map((one) => ({ namespace: namespaceOf(one), name: one.metadata.name }))];
}

function isNamed(ref: unknown, route: RawObject, holder: RawObject, listener: string, port: number): boolean {
  const defaults = { group: GATEWAY_API, kind: 'Gateway', namespace: namespaceOf(route) };
  const read = referenceIn(ref, defaults, ['sectionName', 'port']);
  if (!read || !names(read, holder)) return false;
  const { sectionName, port: wanted } = map(ref)!;
  return (sectionName === undefined || sectionName === listener) && (wanted === undefined || wanted === port);
}

/** None can be read, or perhaps some were meant: it is for nobody. */
function hostnamesOf(route: RawObject): readonly Hostname[] {
  const spec = specOf(route);
  const written = listIn(spec, 'hostnames');
  if (written === UNREADABLE) return [];
  const known = ['parentRefs', 'useDefaultGateways', 'hostnames', 'rules'];
  if (!['HTTPRoute', 'GRPCRoute', 'TLSRoute'].includes(route.kind)) return [undefined];
  if (mayBeMeant('hostnames', spec, known)) return [];
  if (written.length === 0) return [undefined];
  return written.filter((one): one is string => typeof one === 'string' && one !== '*');
}

/** Of an HTTPRoute and a GRPCRoute with a common host the older one is there. */
function withoutRivals(attached: readonly AttachedRoute[]): readonly AttachedRoute[] {
  const standing: AttachedRoute[] = [];
  for (const one of attached.toSorted((a, b) => compareAge(a.route, b.route))) {
    const isBeaten = standing.some(
      (other) =>
        other.route.kind !== one.route.kind &&
        other.hostnames.some((a) => one.hostnames.some((b) => intersect(a, b) !== undefined)),
    );
    if (!isBeaten) standing.push(one);
  }
  return standing;
}

/** The oldest first; those of one age by namespace and name, of which the specification says no more. */
export function compareAge(a: RawObject, b: RawObject): number {
  const time = ({ metadata }: RawObject): number => Date.parse(`${metadata['creationTimestamp'] ?? ''}`) || 0;
  const [one, other] = [a, b].map((object) => [namespaceOf(object), object.metadata.name] as const);
  return time(a) - time(b) || order(one![0], other![0]) || order(one![1], other![1]);
}

/** Of an HTTPRoute and a GRPCRoute that differ by nothing else the specification does not say which is first. */
export function hasTies(objects: readonly RawObject[]): boolean {
  const [http, grpc] = ['HTTPRoute', 'GRPCRoute'].map((kind) => objects.filter((one) => isOfApi(one, kind)));
  return http!.some((one) => grpc!.some((other) => compareAge(one, other) === 0));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
