import { type Change, keyOf, parseObject, type RawObject } from '../../../src/api/index.ts';
import { type ControlPlane, createControlPlane } from '../../../src/control-plane/index.ts';
import type { ShownResource } from '../../../src/control-plane/offline.ts';
import { entriesIn } from '../../../src/lib/layers.ts';
import { decode, type JsonObject, typeUrlOf, type XdsType, xdsTypes } from '../../../src/proto/index.ts';
import type { Node } from '../../../src/view/index.ts';
import { routerNode } from '../../support/gateway-api/proxies.ts';

/** A control plane that has read a configuration. */
export function load(objects: readonly RawObject[], addressPool: string | undefined): ControlPlane {
  const controlPlane = createControlPlane({ gateways: { addressPool } });
  controlPlane.store.apply(upserts(objects));
  return controlPlane;
}

export function upserts(objects: readonly RawObject[]): readonly Change[] {
  return objects.map((object) => ({ kind: 'upsert', key: keyOf(object), object, locate: () => undefined as never }));
}

export function deletions(objects: readonly RawObject[]): readonly Change[] {
  return objects.map((object) => ({ kind: 'delete', key: keyOf(object) }));
}

/** Whether anything is wrong in one of the objects, looked at alone. */
export function areRight(objects: readonly RawObject[]): boolean {
  return objects.every((object) => parseObject(object).problems.every(({ severity }) => severity !== 'error'));
}

/** What a proxy is sent. */
export interface Sent {
  /** Listeners and routes, read again. */
  readonly resources: readonly ShownResource[];
  readonly clusters: ReadonlySet<string>;
  /** How many resources of all types. */
  readonly count: number;
  /** What would be rejected, and so is held back. */
  readonly held: readonly string[];
}

export function sentTo({ views, translators }: ControlPlane, node: Node): Sent {
  views.connections.set('fuzz', node);
  try {
    const view = views.viewFor('fuzz')!;
    const entries = xdsTypes.flatMap((type) =>
      [...entriesIn(translators[type].resources(view))].map(([name, entry]) => ({ type, name, entry })),
    );
    return {
      resources: entries.flatMap(({ type, name, entry }) =>
        entry.version === undefined || !READ.includes(type) ? [] : [{ type, name, json: read(type, entry.bytes) }],
      ),
      clusters: new Set(entries.filter(({ type }) => type === 'cds').map(({ name }) => name)),
      count: entries.length,
      held: entries.flatMap(({ type, name, entry }) =>
        entry.version === undefined
          ? [`${type} ${name}: ${entry.violations.map(({ path, message }) => `${path} ${message}`).join('; ')}`]
          : [],
      ),
    };
  } finally {
    views.connections.delete('fuzz');
  }
}

const READ: readonly XdsType[] = ['lds', 'rds'];

function read(type: XdsType, bytes: Uint8Array): JsonObject {
  return decode(typeUrlOf(type), bytes);
}

const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';
const CLASS_NAME = 'gateway.networking.k8s.io/gateway-class-name';

/** The Envoy of all Gateways of a class. */
export function classRouter(className: string, protocol: 'sotw' | 'delta' = 'sotw'): Node {
  const labels = { [CLASS_NAME]: className };
  return routerNode(
    { name: `all-of-${className}`, namespace: 'istio-system', serviceAccount: 'all', labels },
    protocol,
  );
}

/** The Envoy of one Gateway, `namespace/name`. */
export function ownRouter(gateway: string, protocol: 'sotw' | 'delta' = 'sotw'): Node {
  const [namespace = '', name = ''] = gateway.split('/');
  return routerNode({ name, namespace, serviceAccount: name, labels: { [GATEWAY_NAME]: name } }, protocol);
}

/** A client in the mesh. */
export function sidecar(namespace: string, protocol: 'sotw' | 'delta' = 'sotw'): Node {
  const id = `sidecar~10.9.0.1~client.${namespace}~${namespace}.svc.cluster.local`;
  return { ...ownRouter(`${namespace}/client`, protocol), id, metadata: { INTERCEPTION_MODE: 'REDIRECT' } };
}
