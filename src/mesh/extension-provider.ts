/**
 * A service outside that decides about requests, over HTTP or gRPC.
 * https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider
 */
export type ExtensionProvider = GrpcProvider | HttpProvider;

interface GrpcProvider extends Service {
  readonly kind: 'grpc';
}

interface HttpProvider extends Service {
  readonly kind: 'http';
  /** Put before the path of the request. */
  readonly pathPrefix: string;
  /** Sent to the service: names, or parts of names with `*` at either end. */
  readonly includeRequestHeaders: readonly string[];
  readonly additionalHeaders: Readonly<Record<string, string>>;
  /** Of its answer, sent on to the application when it allows. */
  readonly headersUpstream: readonly string[];
  /** Of its answer, sent back to the client when it denies; when it allows. */
  readonly headersDownstreamOnDeny: readonly string[];
  readonly headersDownstreamOnAllow: readonly string[];
}

interface Service {
  readonly name: string;
  /** A host, alone or as `namespace/host`. */
  readonly service: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** Whether requests pass while nobody answers. */
  readonly failOpen: boolean;
  readonly clearRouteCache: boolean;
  /** The status that the client gets while nobody answers. */
  readonly statusOnError: number | undefined;
  /** What the service sees of the body; undefined: nothing. */
  readonly body: CheckedBody | undefined;
}

interface CheckedBody {
  readonly maxBytes: number;
  readonly allowPartial: boolean;
  readonly asBytes: boolean;
}
