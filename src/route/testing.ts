import { parseAllDocuments } from 'yaml';
import { keyOf, type ObjectKey, type Problem, parseObject, parseObjectKey, type RawObject } from '../api/index.ts';
import { Graph } from '../graph/index.ts';
import { createMesh, type Mesh } from '../mesh/index.ts';
import { createTables } from '../store/tables.ts';
import { createRouting } from './create-routing.ts';
import type { Routing } from './routing.ts';

/** Routing for tests, over objects as users write them. */
export interface World {
  readonly graph: Graph;
  readonly mesh: Mesh;
  readonly routing: Routing;
  readonly put: (yaml: string) => void;
  readonly drop: (row: string, kind?: string) => void;
  /** Of a VirtualService. */
  readonly problems: (row: string) => readonly Problem[];
}

const NETWORKING = 'networking.istio.io';

/** Kind, `namespace/name` and spec are enough: `{kind: VirtualService, row: shop/cart, spec: {…}}`, or whole objects. */
export function world(...documents: readonly string[]): World {
  const graph = new Graph();
  const { tables, byKind } = createTables(graph);
  const put = (yaml: string): void =>
    graph.transaction(() => {
      for (const raw of parseAllDocuments(yaml).map((document) => complete(document.toJS()))) {
        const { group, kind } = parseObjectKey(keyOf(raw));
        byKind.get(`${group}/${kind}`)!.set(`${raw.metadata.namespace}/${raw.metadata.name}`, parsed(raw));
      }
    });
  const mesh = createMesh(graph, tables);
  const routing = createRouting(graph, tables, mesh);
  for (const document of documents) put(document);
  return {
    graph,
    mesh,
    routing,
    put,
    drop: (row, kind = `${NETWORKING}/VirtualService`) => byKind.get(kind)!.delete(row),
    problems: (row) => routing.problems(`${NETWORKING}/VirtualService/${row}` as ObjectKey),
  };
}

/** HTTP services, on port 80 and addresses from 10.0.0.1 on unless said otherwise: `shop/cart`, `shop/cart@10.0.0.9:8080`. */
export function services(...rows: readonly string[]): string {
  return rows
    .map((row, i) => {
      const [named = '', ...ports] = row.split(':');
      const [name, address = `10.0.${Math.floor(i / 250)}.${(i % 250) + 1}`] = named.split('@');
      const list = (ports.length > 0 ? ports : ['80']).map((port) => `{name: http-${port}, port: ${port}}`);
      return `{kind: Service, row: ${name}, spec: {clusterIP: ${address}, ports: [${list.join(', ')}]}}`;
    })
    .join('\n---\n');
}

interface Short {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly row?: string;
  readonly created?: string;
  readonly metadata?: RawObject['metadata'];
}

function complete({ row, created, ...object }: Short): RawObject {
  const [namespace, name = ''] = (row ?? '').split('/');
  const apiVersion = object.apiVersion ?? (object.kind === 'Service' ? 'v1' : `${NETWORKING}/v1`);
  const metadata = object.metadata ?? { namespace: namespace!, name, ...(created && { creationTimestamp: created }) };
  return { ...object, apiVersion, metadata };
}

function parsed(raw: RawObject): unknown {
  const { value, standIn, problems } = parseObject(raw);
  if (value === undefined && standIn === undefined)
    throw new Error(`a test uses an object that cannot be used: ${JSON.stringify(problems)}`);
  return value ?? standIn;
}
