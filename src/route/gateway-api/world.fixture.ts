import { parseAllDocuments } from 'yaml';
import { keyOf, type ObjectKey, objectKey, parseObject, parseObjectKey, type RawObject } from '../../api/index.ts';
import { Graph } from '../../graph/index.ts';
import { createMesh } from '../../mesh/index.ts';
import { createTables } from '../../store/tables.ts';
import { createGatewayApi } from './create-gateway-api.ts';
import type { GatewayApi, Verdict } from './gateway-api.ts';
import { GATEWAY_GROUP } from './group.ts';
import { DEFAULT_GATEWAY_OPTIONS, type GatewayOptions } from './options.ts';

/** Gateway API for tests, over objects as users write them. */
export interface World {
  readonly graph: Graph;
  readonly api: GatewayApi;
  readonly put: (...objects: readonly RawObject[]) => void;
  readonly drop: (...objects: readonly RawObject[]) => void;
  /** What watchers of everything would make the graph keep. */
  readonly keep: (read: () => unknown) => { readonly read: () => unknown };
}

export function world(objects: readonly RawObject[], options: Partial<GatewayOptions> = {}): World {
  const graph = new Graph();
  const { tables, byKind } = createTables(graph);
  const put: World['put'] = (...changed) =>
    graph.transaction(() => {
      for (const object of changed) byKind.get(tableOf(object))!.set(rowOf(object), parsed(object));
    });
  put(...objects);
  return {
    graph,
    api: createGatewayApi(graph, tables, createMesh(graph, tables), { ...DEFAULT_GATEWAY_OPTIONS, ...options }),
    put,
    drop: (...gone) =>
      graph.transaction(() => {
        for (const one of gone) byKind.get(tableOf(one))!.delete(rowOf(one));
      }),
    keep: (read) => graph.watch('test', read, () => {}),
  };
}

type Body = Readonly<Record<string, unknown>>;

/** `gateway('infra/public', [listener('http', 'HTTP', 80)])` */
export function gateway(row: string, listeners: readonly Body[], spec: Body = {}, created?: string): RawObject {
  return kubernetes('Gateway', row, { gatewayClassName: 'pharos', listeners, ...spec }, created);
}

export function listenerSet(row: string, parent: string, listeners: readonly Body[], created?: string): RawObject {
  const [namespace, name] = parent.split('/');
  return kubernetes('ListenerSet', row, { parentRef: { namespace, name }, listeners }, created);
}

export function listener(name: string, protocol: string, port: number, rest: Body = {}): Body {
  return { name, protocol, port, ...rest };
}

/** Of a route that names Gateways of its namespace, or says all itself. */
export function route(
  kind: string,
  row: string,
  parents: readonly (string | Body)[],
  rest: Body = {},
  created?: string,
): RawObject {
  const parentRefs = parents.map((parent) => (typeof parent === 'string' ? { name: parent } : parent));
  const needsRules = !['HTTPRoute', 'GRPCRoute'].includes(kind);
  const rules = needsRules ? { rules: [{ backendRefs: [{ name: 'some', port: 80 }] }] } : {};
  return kubernetes(kind, row, { parentRefs, ...rules, ...rest }, created);
}

export function kubernetes(kind: string, row: string, spec: Body, created?: string): RawObject {
  const version = kind === 'ReferenceGrant' ? 'v1beta1' : 'v1';
  return object(`${GATEWAY_GROUP}/${version}`, kind, row, { spec }, created ? { creationTimestamp: created } : {});
}

export function object(apiVersion: string, kind: string, row: string, body: Body, meta: Body = {}): RawObject {
  const [name = '', namespace] = row.split('/').reverse();
  return { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}), ...meta }, ...body };
}

/** Several objects in the user's own words. */
export function yaml(text: string): readonly RawObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as RawObject);
}

export function routeKey(kind: string, row: string): ObjectKey {
  const [namespace = '', name = ''] = row.split('/');
  return objectKey(GATEWAY_GROUP, kind, namespace, name);
}

/** `True/Accepted` */
export function shown({ ok, reason }: Verdict): string {
  return `${ok ? 'True' : 'False'}/${reason}`;
}

function tableOf(one: RawObject): string {
  const { group, kind } = parseObjectKey(keyOf(one));
  return `${group}/${kind}`;
}

function rowOf({ metadata: { namespace, name } }: RawObject): string {
  return namespace ? `${namespace}/${name}` : name;
}

function parsed(one: RawObject): unknown {
  const { value, problems } = parseObject(one);
  if (value === undefined) throw new Error(`a test uses an object that cannot be used: ${JSON.stringify(problems)}`);
  return value;
}
