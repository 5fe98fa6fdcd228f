import type { ExternalDestination, SessionPersistence } from '../route.ts';

/** What a backendRef means. */
export type Backend =
  /** `host` is that of a service of the mesh. */
  | {
      readonly kind: 'service';
      readonly host: string;
      readonly port: number;
      /** A BackendTLSPolicy says that Gateways encrypt what they send there. */
      readonly isSecured?: true;
      /** A policy says that sessions stay where they began. */
      readonly session?: SessionPersistence;
    }
  /** An XBackend. */
  | { readonly kind: 'external'; readonly to: ExternalDestination; readonly session?: SessionPersistence }
  /** Its share of requests is answered with 500; connections that are not HTTP are closed. */
  | {
      readonly kind: 'broken';
      readonly reason:
        | 'InvalidKind'
        | 'BackendNotFound'
        | 'RefNotPermitted'
        | 'UnsupportedProtocol'
        | 'UnsupportedValue';
      readonly message: string;
    };

/** A reference as a key: everything that decides what it means. */
export interface BackendAsked {
  /** `HTTPRoute`, and its namespace. */
  readonly from: {
    readonly kind: string;
    readonly namespace: string;
    /** For calls in the mesh, where who may call is no question of references. */
    readonly inMesh?: true | undefined;
  };
  readonly to: {
    readonly group: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly port: number | undefined;
  };
}

export function backendKey({ from, to }: BackendAsked): string {
  const { group, kind, namespace, name, port } = to;
  const asked = [from.kind, from.namespace, group, kind, namespace, name, port ?? null];
  return JSON.stringify(from.inMesh ? [...asked, from.inMesh] : asked);
}

export function parseBackendKey(key: string): BackendAsked {
  const [fromKind, fromNamespace, group, kind, namespace, name, port, inMesh] = JSON.parse(key) as [
    ...six: [string, string, string, string, string, string],
    port: number | null,
    inMesh?: true,
  ];
  return {
    from: { kind: fromKind, namespace: fromNamespace, ...(inMesh && { inMesh }) },
    to: { group, kind, namespace, name, port: port ?? undefined },
  };
}
