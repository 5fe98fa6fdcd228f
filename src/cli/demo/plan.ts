import type { Labels } from '../../api/index.ts';
import { type Call, callsIn } from './calls.ts';
import { array, record, text, texts } from './loose.ts';

/** A program that a ServiceEntry or WorkloadEntry expects on this machine. */
export interface Backend {
  readonly service: string;
  readonly version: string;
  readonly address: string;
  readonly port: number;
}

/** A gateway proxy that some Gateway waits for. */
export interface DemoGateway {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly ports: readonly number[];
}

export interface DemoPlan {
  readonly backends: readonly Backend[];
  readonly gateways: readonly DemoGateway[];
  readonly calls: readonly Call[];
}

/**
 * What must run on this machine for these documents to do something: an echo for every endpoint on a loopback address,
 * an Envoy for every selector of a Gateway. Reads loosely: what is wrong with the documents, the control plane says.
 */
export function planDemo(documents: readonly unknown[]): DemoPlan {
  return {
    backends: distinct(documents.flatMap(backendsOf), ({ address, port }) => `${address}:${port}`),
    gateways: gatewaysOf(documents),
    calls: documents.flatMap(callsIn),
  };
}

function backendsOf(document: unknown): Backend[] {
  const { kind, spec, metadata } = record(document);
  if (kind === 'WorkloadEntry') return backendsOfEndpoint(record(spec), text(record(metadata).name) ?? 'echo', []);
  if (kind !== 'ServiceEntry') return [];
  const { hosts, ports, endpoints } = record(spec);
  const service = texts(hosts)[0]?.split('.')[0] ?? 'echo';
  return array(endpoints).flatMap((endpoint) =>
    backendsOfEndpoint(record(endpoint), service, array(ports).map(record)),
  );
}

function backendsOfEndpoint(
  endpoint: Readonly<Record<string, unknown>>,
  fallbackName: string,
  servicePorts: readonly Readonly<Record<string, unknown>>[],
): Backend[] {
  const address = text(endpoint.address) ?? '';
  if (!address.startsWith('127.')) return [];
  const own = record(endpoint.ports);
  const ports = servicePorts.length
    ? servicePorts.map((port) => own[text(port.name) ?? ''] ?? port.targetPort ?? port.number)
    : Object.values(own);
  const labels = record(endpoint.labels);
  const [service, version] = [text(labels.app) ?? fallbackName, text(labels.version) ?? 'v1'];
  return ports.filter(isPort).map((port) => ({ service, version, address, port }));
}

/** Gateways with one selector are served by one proxy. */
function gatewaysOf(documents: readonly unknown[]): DemoGateway[] {
  const bySelector = new Map<string, DemoGateway>();
  for (const document of documents) {
    const { apiVersion, kind, metadata, spec } = record(document);
    if (kind !== 'Gateway' || !text(apiVersion)?.startsWith('networking.istio.io/')) continue;
    const { selector, servers } = record(spec);
    const labels = Object.fromEntries(Object.entries(record(selector)).map(([key, value]) => [key, String(value)]));
    const ports = array(servers)
      .map((server) => record(record(server).port).number)
      .filter(isPort);
    const key = JSON.stringify(Object.entries(labels).sort());
    const before = bySelector.get(key);
    const name = before?.name ?? (bySelector.size === 0 ? 'gateway' : `gateway-${bySelector.size + 1}`);
    const namespace = before?.namespace ?? text(record(metadata).namespace) ?? 'default';
    bySelector.set(key, { name, namespace, labels, ports: [...new Set([...(before?.ports ?? []), ...ports])] });
  }
  return [...bySelector.values()];
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}

function distinct<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}
