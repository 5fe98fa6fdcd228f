import type { Labels } from '../../api/index.ts';
import { GATEWAY_NAME } from '../../route/index.ts';
import { type Call, callsIn } from './calls.ts';
import { array, isPort, record, text, texts } from './loose.ts';
import { type DemoPod, hasSidecar, isSelected, podsOf } from './pods.ts';

/** A program that a ServiceEntry, WorkloadEntry or Pod expects on this machine. */
export interface Backend {
  readonly service: string;
  readonly version: string;
  readonly address: string;
  readonly port: number;
  /** Its sidecar's, by which it asks others. */
  readonly pod?: string;
  /** `/prefix=http://service`: what it asks others for. */
  readonly forwards?: readonly string[];
}

/** A gateway proxy that some Gateway waits for. */
export interface DemoGateway {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Of its Pod, if there is one. */
  readonly serviceAccount?: string;
  readonly ports: readonly number[];
  /** Those of `ports` on which it speaks TLS. */
  readonly tlsPorts: readonly number[];
}

export interface DemoPlan {
  readonly backends: readonly Backend[];
  readonly gateways: readonly DemoGateway[];
  /** Pods with a sidecar. Their program listens on 127.0.0.1, and the sidecar on their own address. */
  readonly sidecars: readonly DemoPod[];
  readonly calls: readonly Call[];
}

/**
 * What must run on this machine for these documents to do something: an echo for every endpoint on a loopback address,
 * an Envoy for every selector of a Gateway, and one for every Pod that should have a sidecar. Reads loosely: what is
 * wrong with the documents, the control plane says.
 */
export function planDemo(documents: readonly unknown[]): DemoPlan {
  const gateways = [...gatewaysOf(documents), ...documents.flatMap(kubernetesGatewayOf)];
  const pods = podsOf(documents).filter((pod) => !gateways.some(({ labels }) => isSelected(pod, labels)));
  const backends = [...documents.flatMap(backendsOf), ...pods.flatMap(backendsOfPod)];
  return {
    backends: distinct(backends, ({ address, port }) => `${address}:${port}`),
    gateways,
    sidecars: pods.filter(hasSidecar),
    calls: documents.flatMap(callsIn),
  };
}

/** Whether some proxy must prove who it is: for the keys of its certificates. */
export function needsIdentities({ gateways, sidecars }: DemoPlan): boolean {
  return sidecars.length > 0 || gateways.some(({ tlsPorts }) => tlsPorts.length > 0);
}

function backendsOfPod(pod: DemoPod): Backend[] {
  const { labels, name, ports, forwards } = pod;
  const address = hasSidecar(pod) ? '127.0.0.1' : pod.address;
  const [service, version] = [labels['app'] ?? name, labels['version'] ?? 'v1'];
  return ports.map((port) => ({ service, version, address, port, pod: name, forwards }));
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

/** Gateways with one selector are served by one proxy. If there is a Pod that it selects, it is that. */
function gatewaysOf(documents: readonly unknown[]): DemoGateway[] {
  const pods = podsOf(documents);
  const bySelector = new Map<string, DemoGateway>();
  for (const document of documents) {
    const { apiVersion, kind, metadata, spec } = record(document);
    if (kind !== 'Gateway' || !text(apiVersion)?.startsWith('networking.istio.io/')) continue;
    const { selector, servers } = record(spec);
    const labels = Object.fromEntries(Object.entries(record(selector)).map(([key, value]) => [key, String(value)]));
    const key = JSON.stringify(Object.entries(labels).sort());
    const before = bySelector.get(key);
    const pod = pods.find((one) => isSelected(one, labels));
    const name = before?.name ?? pod?.name ?? (bySelector.size === 0 ? 'gateway' : `gateway-${bySelector.size + 1}`);
    const namespace = before?.namespace ?? pod?.namespace ?? text(record(metadata).namespace) ?? 'default';
    bySelector.set(key, {
      name,
      namespace,
      labels: pod?.labels ?? labels,
      ...(pod && { serviceAccount: pod.serviceAccount }),
      ports: union(before?.ports, array(servers).flatMap(portOf)),
      tlsPorts: union(before?.tlsPorts, array(servers).filter(speaksTls).flatMap(portOf)),
    });
  }
  return [...bySelector.values()];
}

/** Of Gateway API: each has a proxy of its own, which says by a label whose it is. */
function kubernetesGatewayOf(document: unknown): DemoGateway[] {
  const { apiVersion, kind, metadata, spec } = record(document);
  if (kind !== 'Gateway' || !text(apiVersion)?.startsWith('gateway.networking.k8s.io/')) return [];
  const { name = 'gateway', namespace = 'default' } = record(metadata);
  const listeners = array(record(spec).listeners).map(record);
  const portsOf = (some: typeof listeners): number[] => [...new Set(some.map(({ port }) => port).filter(isPort))];
  return [
    {
      name: String(name),
      namespace: String(namespace),
      labels: { [GATEWAY_NAME]: String(name) },
      ports: portsOf(listeners.filter(({ protocol }) => protocol !== 'UDP')),
      tlsPorts: portsOf(listeners.filter(({ protocol }) => protocol === 'HTTPS' || protocol === 'TLS')),
    },
  ];
}

function portOf(server: unknown): number[] {
  return [record(record(server).port).number].filter(isPort);
}

function speaksTls(server: unknown): boolean {
  return /^(HTTPS|TLS)$/i.test(text(record(record(server).port).protocol) ?? '');
}

function union(before: readonly number[] = [], more: readonly number[]): readonly number[] {
  return [...new Set([...before, ...more])];
}

function distinct<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}
