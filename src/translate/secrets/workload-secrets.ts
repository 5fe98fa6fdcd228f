import type { Graph, Table } from '../../graph/index.ts';

/** A workload's certificate and its private key, as PEM. Never shown, never logged. */
export interface WorkloadCertificate {
  /** The leaf, then intermediates. */
  readonly chainPem: string;
  readonly keyPem: string;
}

/** Whom workloads believe. */
export interface TrustBundle {
  /** All roots, concatenated. */
  readonly rootsPem: string;
  /** Certificates that are no longer believed. */
  readonly crlPem: string | undefined;
}

/** What a certificate authority writes, and SDS serves. */
export interface WorkloadSecrets {
  /** By `namespace/serviceAccount`, for those that are connected. */
  readonly certificates: Table<WorkloadCertificate>;
  /** One row: `roots`. */
  readonly trust: Table<TrustBundle>;
}

export const ROOTS_ROW = 'roots';

export function createWorkloadSecrets(graph: Graph): WorkloadSecrets {
  return { certificates: graph.table('workloadCertificates'), trust: graph.table('trustBundle') };
}
