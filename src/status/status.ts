import type { ObjectKey, Problem } from '../api/index.ts';
import type { Query } from '../graph/index.ts';

/** https://gateway-api.sigs.k8s.io/reference/spec/ */
export interface Status {
  /** Of one object, as Kubernetes has it; undefined: it has none, or it is not ours to write. */
  readonly of: Query<ObjectStatus | undefined, ObjectKey>;
  /** What is negative in it, with its place. */
  readonly problems: Query<readonly Problem[], ObjectKey>;
  /** The objects that have a status of ours. */
  readonly objects: () => readonly ObjectKey[];
}

/** As it is written to the object; fields of the kind beside its conditions. */
export interface ObjectStatus {
  readonly conditions?: readonly Condition[];
  readonly addresses?: readonly { readonly type: string; readonly value: string }[];
  readonly attachedListenerSets?: number;
  readonly listeners?: readonly ListenerStatus[];
  readonly parents?: readonly ParentStatus[];
  readonly ancestors?: readonly AncestorStatus[];
  /** Of a GatewayClass or XMesh, sorted. */
  readonly supportedFeatures?: readonly { readonly name: string }[];
}

/** `lastTransitionTime` comes in where it is written. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** Absent where the object has no generation: files usually have none. */
  readonly observedGeneration?: number;
}

export interface ListenerStatus {
  readonly name: string;
  readonly supportedKinds: readonly { readonly group: string; readonly kind: string }[];
  readonly attachedRoutes: number;
  readonly conditions: readonly Condition[];
}

export interface ParentStatus {
  /** As the route has it. */
  readonly parentRef: Readonly<Record<string, unknown>>;
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

export interface AncestorStatus {
  readonly ancestorRef: Readonly<Record<string, unknown>>;
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}
