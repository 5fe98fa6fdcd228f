import { keyOf, type Labels, parseObject, parseObjectKey, type RawObject } from '../api/index.ts';
import { Graph } from '../graph/index.ts';
import { createTables } from '../store/tables.ts';
import { createMesh } from './create-mesh.ts';
import type { Mesh } from './mesh.ts';

/** A mesh for tests, over objects in the user's own shape. */
export interface World {
  readonly graph: Graph;
  readonly mesh: Mesh;
  readonly put: (...objects: readonly RawObject[]) => void;
  readonly drop: (...objects: readonly RawObject[]) => void;
}

export function world(...objects: readonly RawObject[]): World {
  const graph = new Graph();
  const { tables, byKind } = createTables(graph);
  const put: World['put'] = (...changed) =>
    graph.transaction(() => {
      for (const object of changed) byKind.get(tableOf(object))!.set(rowOf(object), parsed(object));
    });
  const drop: World['drop'] = (...gone) =>
    graph.transaction(() => {
      for (const object of gone) byKind.get(tableOf(object))!.delete(rowOf(object));
    });
  const mesh = createMesh(graph, tables);
  put(...objects);
  return { graph, mesh, put, drop };
}

type Body = Readonly<Record<string, unknown>>;
type Meta = { readonly labels?: Labels; readonly annotations?: Labels; readonly creationTimestamp?: string };

/** `service('shop/cart', { ports: [{ name: 'http', port: 80 }] })` */
export function service(row: string, spec: Body, meta: Meta = {}): RawObject {
  return object('v1', 'Service', row, { spec }, meta);
}

/** `slice('shop/cart-1', 'cart', ['10.0.0.1'], [{ name: 'http', port: 8080 }])` */
export function slice(
  row: string,
  of: string,
  endpoints: readonly (string | Body)[],
  ports: readonly Body[],
  addressType = 'IPv4',
): RawObject {
  const listed = endpoints.map((one) => (typeof one === 'string' ? { addresses: [one] } : one));
  const meta = { labels: { 'kubernetes.io/service-name': of } };
  return object('discovery.k8s.io/v1', 'EndpointSlice', row, { addressType, endpoints: listed, ports }, meta);
}

export function entry(row: string, spec: Body, meta: Meta = {}): RawObject {
  return object('networking.istio.io/v1', 'ServiceEntry', row, { spec }, meta);
}

export function rule(row: string, spec: Body, meta: Meta = {}): RawObject {
  return object('networking.istio.io/v1', 'DestinationRule', row, { spec }, meta);
}

export function workloadEntry(row: string, spec: Body, meta: Meta = {}): RawObject {
  return object('networking.istio.io/v1', 'WorkloadEntry', row, { spec }, meta);
}

export function pod(row: string, labels: Labels, body: { spec?: Body; status?: Body } = {}): RawObject {
  return object('v1', 'Pod', row, body, { labels });
}

export function object(apiVersion: string, kind: string, row: string, body: Body, meta: Meta = {}): RawObject {
  const [name = '', namespace] = row.split('/').reverse();
  return { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}), ...meta }, ...body };
}

function tableOf(object: RawObject): string {
  const { group, kind } = parseObjectKey(keyOf(object));
  return `${group}/${kind}`;
}

function rowOf({ metadata: { namespace, name } }: RawObject): string {
  return namespace ? `${namespace}/${name}` : name;
}

function parsed(object: RawObject): unknown {
  const { value, problems } = parseObject(object);
  if (value === undefined) throw new Error(`a test uses an object that cannot be used: ${JSON.stringify(problems)}`);
  return value;
}
