import type { Labels } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import type { InboundPort } from './inbound.ts';
import type { Mesh } from './mesh.ts';
import { type Aged, byAge } from './precedence.ts';
import type { Protocol, ServiceId } from './service.ts';

/** A workload as its proxy describes it. */
export interface Self {
  readonly namespace: string;
  readonly labels: Labels;
  readonly addresses: readonly string[];
}

/** One way in: a port of a service, and the port of the workload behind it. */
export interface Way {
  readonly id: ServiceId;
  readonly port: number;
  readonly targetPort: number;
  readonly protocol: Protocol;
  /** Of the object that defines the service. */
  readonly age: Aged;
}

/** What some kind of object leads to a workload. */
export type Ways = (self: Self) => readonly Way[];

/** The ports that a workload serves. */
export function createInboundPorts(graph: Graph, sources: readonly Ways[]): Mesh['inboundPorts'] {
  const inboundPorts = graph.query('mesh.inboundPorts', (key) => {
    const self = JSON.parse(key) as Self;
    return merge(sources.flatMap((waysTo) => waysTo(self)));
  });
  return (namespace, labels, addresses) =>
    inboundPorts(JSON.stringify({ namespace, labels, addresses } satisfies Self));
}

/** One per target port; of several services the oldest says which protocol it is. */
export function merge(ways: readonly Way[]): readonly InboundPort[] {
  // A proxy does not take UDP in; and a socket (port 0) is not taken in by port.
  const usable = ways.filter(({ protocol, targetPort }) => protocol !== 'udp' && targetPort > 0);
  const ordered = usable.toSorted((a, b) => a.targetPort - b.targetPort || byAge(a.age, b.age) || a.port - b.port);
  const ports: { targetPort: number; protocol: Protocol; services: { id: ServiceId; port: number }[] }[] = [];
  for (const { id, port, targetPort, protocol } of ordered) {
    const last = ports.at(-1);
    if (last?.targetPort !== targetPort) ports.push({ targetPort, protocol, services: [{ id, port }] });
    else if (!last.services.some((one) => one.id === id && one.port === port)) last.services.push({ id, port });
  }
  return ports;
}
