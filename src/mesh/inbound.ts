import type { Protocol, ServiceId } from './service.ts';

/** One port on which a workload serves one or more services. */
export interface InboundPort {
  /** The port that the application listens on. */
  readonly targetPort: number;
  readonly protocol: Protocol;
  /** The services that lead here; the oldest first: it names the cluster's metadata. */
  readonly services: readonly { readonly id: ServiceId; readonly port: number }[];
}
