import { type ObjectKey, objectKey, parseObjectKey, type RawObject } from '../../../src/api/index.ts';
import { groupOf } from '../../../src/api/object.ts';
import { namespaceOf } from './endpoints.ts';

/** The object of `Kind namespace/name`, of Gateway API's own group where there are several. */
export function find(name: string, objects: readonly RawObject[]): RawObject | undefined {
  const found = objects.filter((object) => namesOf(object).includes(name));
  return found.find(({ apiVersion }) => groupOf(apiVersion) === GROUP) ?? found[0];
}

/** With its group, and without. */
function namesOf(object: RawObject): readonly string[] {
  const { group, kind, namespace, name } = parseObjectKey(keyOf(object));
  const where = namespace === '' ? name : `${namespace}/${name}`;
  return [`${kind} ${where}`, `${kind}.${group} ${where}`];
}

export function keyOf({ apiVersion, kind, metadata }: RawObject): ObjectKey {
  const namespace = isClusterWide(kind) ? '' : namespaceOf({ apiVersion, kind, metadata });
  return objectKey(groupOf(apiVersion), kind, namespace, metadata.name);
}

/** Of one that nobody wrote: a class that is there by itself, a Gateway that is missing. */
export function keyOfName(name: string): ObjectKey {
  const [kind = '', rest = ''] = name.split(' ');
  const [first = '', second] = rest.split('/');
  return second === undefined ? objectKey(GROUP, kind, '', first) : objectKey(GROUP, kind, first, second);
}

const GROUP = 'gateway.networking.k8s.io';

function isClusterWide(kind: string): boolean {
  return kind === 'GatewayClass' || kind === 'XMesh' || kind === 'Namespace';
}
