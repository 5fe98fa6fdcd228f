import type { Labels } from '../api/index.ts';

/** One address that serves one port of a service. */
export interface Endpoint {
  /** An IP, a host name (for `dns` and `logical-dns`), or a path with `unix://`. */
  readonly address: string;
  readonly port: number;
  readonly labels: Labels;
  readonly locality: Locality;
  /** 1 unless the user said otherwise. */
  readonly weight: number;
  readonly health: 'healthy' | 'unhealthy' | 'draining';
  readonly network: string;
  /** Empty: unknown. */
  readonly serviceAccount: string;
  /** A proxy stands before it that shows the workload's certificate and asks for the client's. */
  readonly speaksMtls: boolean;
  /** For `istio.workload` metadata and for people: the workload's name and namespace. */
  readonly workload: { readonly name: string; readonly namespace: string } | undefined;
}

/** `region/zone/subzone`; empty strings where unknown. */
export interface Locality {
  readonly region: string;
  readonly zone: string;
  readonly subZone: string;
}
