import type { Labels } from '../../api/index.ts';
import { array, isPort, record, text } from './loose.ts';

/** What the demo reads of a Pod. */
export interface DemoPod {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Labels;
  readonly address: string;
  /** Of its containers. */
  readonly ports: readonly number[];
  /** `--forward PREFIX=URL` of its containers' args: what its program asks other services for. */
  readonly forwards: readonly string[];
}

/** All of a directory that have an address of this machine. */
export function podsOf(documents: readonly unknown[]): readonly DemoPod[] {
  return documents.flatMap((document) => {
    const { kind, metadata, spec, status } = record(document);
    const { name, namespace, labels } = record(metadata);
    const address = text(record(status).podIP) ?? '';
    if (kind !== 'Pod' || !address.startsWith('127.')) return [];
    const { serviceAccountName, containers } = record(spec);
    return [
      {
        name: text(name) ?? 'pod',
        namespace: text(namespace) ?? 'default',
        serviceAccount: text(serviceAccountName) ?? 'default',
        labels: Object.fromEntries(Object.entries(record(labels)).map(([key, value]) => [key, String(value)])),
        address,
        ports: array(containers).flatMap(portsOf),
        forwards: array(containers).flatMap((container) => forwardsIn(array(record(container).args))),
      },
    ];
  });
}

/** The label by which its clients know that it speaks mutual TLS. */
export function hasSidecar({ labels }: DemoPod): boolean {
  return labels['security.istio.io/tlsMode'] === 'istio';
}

/** A selector that says nothing means no Pod in particular. */
export function isSelected({ labels }: DemoPod, selector: Labels): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function portsOf(container: unknown): number[] {
  return array(record(container).ports)
    .map((port) => record(port).containerPort)
    .filter(isPort);
}

/** Other args are for the program that really is in that container. */
function forwardsIn(args: readonly unknown[]): string[] {
  return args.flatMap((arg, i) => {
    const value = text(args[i + 1]);
    return arg === '--forward' && value?.includes('=') ? [value] : [];
  });
}
