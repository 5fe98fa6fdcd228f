import type { KubePod } from '../api/index.ts';

/** Every address of a running pod, the main one first; none while it has not started or when it has ended. */
export function podAddresses(pod: KubePod): readonly string[] {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return [];
  const addresses = [pod.status?.podIP ?? '', ...(pod.status?.podIPs ?? []).map(({ ip }) => ip)];
  return [...new Set(addresses.filter((address) => address !== ''))];
}

/** A pod that says nothing of its condition (one written by hand) counts as ready. */
export function isReady(pod: KubePod): boolean {
  const said = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  return said === undefined || said.status === 'True';
}

/** The number of a port that a container names: https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports */
export function containerPort(pod: KubePod, name: string, protocol: string): number | undefined {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const ports = containers.flatMap((container) => container.ports ?? []);
  return ports.find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)?.containerPort;
}
