import type { Origin } from '../api/index.ts';

/** `namespace/host`: a host may be defined in several namespaces; a client sees one of them. */
export type ServiceId = string;

/** What one can call, whatever API it was written in. */
export interface Service {
  readonly id: ServiceId;
  readonly host: string;
  readonly namespace: string;
  /** The object's own name; for metadata and short hosts. */
  readonly name: string;
  readonly origin: Origin;
  readonly kind: 'kubernetes' | 'service-entry';
  /** Fixed addresses (ClusterIPs, ServiceEntry addresses, CIDRs). Empty: headless, or known by name only. */
  readonly addresses: readonly string[];
  readonly ports: readonly ServicePort[];
  readonly resolution: Resolution;
  /** MESH_EXTERNAL or ExternalName: no workload of it has a sidecar. */
  readonly external: boolean;
  readonly exportTo: ExportTo;
  /** Names of which a server's certificate must have one. Absent: nobody said. */
  readonly subjectAltNames?: readonly string[];
  /** For Kubernetes: short names are valid hosts for clients (`cart`, `cart.shop`, `cart.shop.svc`). */
  readonly shortNames: boolean;
}

/**
 *   endpoints    a known list (Kubernetes, STATIC)
 *   dns          each resolved address is an endpoint (DNS)
 *   logical-dns  one name, a new connection takes the newest address (DNS_ROUND_ROBIN)
 *   passthrough  wherever the client was going (NONE, headless)
 */
export type Resolution = 'endpoints' | 'dns' | 'logical-dns' | 'passthrough';

export interface ServicePort {
  readonly number: number;
  readonly name: string;
  readonly protocol: Protocol;
}

/** `auto`: nobody said, so the listener looks at the first bytes. */
export type Protocol =
  | 'http'
  | 'http2'
  | 'grpc'
  | 'grpc-web'
  | 'https'
  | 'tls'
  | 'tcp'
  | 'udp'
  | 'mongo'
  | 'redis'
  | 'mysql'
  | 'auto';

/** Namespaces that may see something. `[]` is nobody. */
export type ExportTo = 'all' | readonly string[];
