import type { RawObject } from '../../../src/api/index.ts';
import { isOfApi } from './attachment.ts';
import { GATEWAY_API } from './names.ts';
import {
  hasOther,
  listIn,
  map,
  namespaceOf,
  numberIn,
  referenceIn,
  rowOf,
  specOf,
  UNREADABLE,
  type Written,
} from './written.ts';

/** Where a rule may send requests. Each is `host|port`. */
export interface Backends {
  readonly forwards: ReadonlySet<string>;
  readonly mirrors: ReadonlySet<string>;
  readonly redirects: boolean;
  /** A share of requests is answered with an error. */
  readonly hasBroken: boolean;
  /** Nothing but headers is done to requests: the backends get all of them. */
  readonly isPlain: boolean;
}

export function backendsOf(rule: Written, route: RawObject, objects: readonly RawObject[], isSound: boolean): Backends {
  const refs = partsIn(rule, 'backendRefs').filter((ref) => weightOf(ref) > 0);
  const placeOf = (ref: unknown): string | undefined => resolve(ref, route, objects, isSound);
  const filters = [...partsIn(rule, 'filters'), ...refs.flatMap((ref) => partsIn(ref, 'filters'))];
  const places = refs.map(placeOf);
  const copies = filters.map((one) => placeOf(map(one['requestMirror'])?.['backendRef']));
  return {
    forwards: new Set(places.filter((one) => one !== undefined)),
    mirrors: new Set(copies.filter((one) => one !== undefined)),
    redirects: filters.some((one) => one['requestRedirect'] !== undefined),
    hasBroken: places.length === 0 || places.includes(undefined),
    isPlain: filters.every(({ type }) => HARMLESS.includes(`${type as string}`)),
  };
}

const HARMLESS = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestMirror', 'CORS'];

function partsIn(part: Written, field: string): readonly Written[] {
  const all = listIn(part, field);
  return all === UNREADABLE ? [] : all.map(map).filter((one) => one !== undefined);
}

/** Absent: 1. Who cannot be read gets nothing. */
function weightOf(ref: Written): number {
  const weight = numberIn(ref, 'weight') ?? 1;
  return weight === UNREADABLE ? 0 : weight;
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#backendref */
function resolve(ref: unknown, route: RawObject, objects: readonly RawObject[], isSound: boolean): string | undefined {
  const own = namespaceOf(route);
  const read = referenceIn(ref, { group: '', kind: 'Service', namespace: own }, ['port', 'weight', 'filters']);
  const written = map(ref)?.['port'];
  if (!read) return undefined;
  const { group, kind, namespace, name } = read;
  if (group === 'networking.istio.io' && kind === 'Hostname') {
    const [service, of] = name.split('.');
    const port = written ?? onlyPort(`${of}/${service}`, objects);
    // A host may be one outside.
    return !isSound || isService(`${of}/${service}`, port, route, objects, true) ? `${name}|${port}` : undefined;
  }
  const port = written;
  if (group !== '' || kind !== 'Service' || typeof port !== 'number') return undefined;
  if (namespace !== own && !isGranted(route, namespace, name, objects)) return undefined;
  if (isSound && !isService(`${namespace}/${name}`, port, route, objects)) return undefined;
  return `${name}.${namespace}.svc.cluster.local|${port}`;
}

/** Undefined: it has none, or several. */
function onlyPort(row: string, objects: readonly RawObject[]): unknown {
  const service = objects.find((one) => one.kind === 'Service' && rowOf(one) === row);
  const ports = service ? partsIn(specOf(service), 'ports') : [];
  return ports.length === 1 ? ports[0]!['port'] : undefined;
}

function isService(
  row: string,
  port: unknown,
  route: RawObject,
  objects: readonly RawObject[],
  mayBeOutside = false,
): boolean {
  const service = objects.find((one) => one.kind === 'Service' && one.apiVersion === 'v1' && rowOf(one) === row);
  if (!service || (specOf(service)['type'] === 'ExternalName' && !mayBeOutside)) return false;
  const isUdp = route.kind === 'UDPRoute';
  return partsIn(specOf(service), 'ports').some((one) => one['port'] === port && (one['protocol'] === 'UDP') === isUdp);
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#referencegrant */
function isGranted(route: RawObject, namespace: string, name: string, objects: readonly RawObject[]): boolean {
  return objects.some((grant) => {
    if (!isOfApi(grant, 'ReferenceGrant') || namespaceOf(grant) !== namespace) return false;
    const isFrom = partsIn(specOf(grant), 'from').some(
      (one) =>
        !hasOther(one, ['group', 'kind', 'namespace']) &&
        one['group'] === GATEWAY_API &&
        one['kind'] === route.kind &&
        one['namespace'] === namespaceOf(route),
    );
    const isTo = partsIn(specOf(grant), 'to').some(
      (one) =>
        !hasOther(one, ['group', 'kind', 'name']) &&
        one['group'] === '' &&
        one['kind'] === 'Service' &&
        (one['name'] === undefined || one['name'] === name),
    );
    return isFrom && isTo;
  });
}
