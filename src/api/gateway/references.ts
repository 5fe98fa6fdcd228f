import type { z } from 'zod';
import { type Deep, object, optional, portNumber, rule, wholeNumber } from '../vocabulary.ts';
import { GATEWAY_API } from './group.ts';
import { group, kind, namespaceName, objectName, sectionName } from './words.ts';

/** https://gateway-api.sigs.k8s.io/reference/spec/#parentreference */
export const parentReference = object({
  /** Absent: that of Gateway. */
  group: optional(group()),
  /** Absent: Gateway. */
  kind: optional(kind()),
  /** Absent: that of the route. */
  namespace: optional(namespaceName()),
  name: objectName(),
  /** One listener of it, or one port of a Service. */
  sectionName: optional(sectionName()),
  port: optional(portNumber()),
});

const backendShape = {
  /** Absent: the core group. */
  group: optional(group()),
  /** Absent: Service. */
  kind: optional(kind()),
  namespace: optional(namespaceName()),
  name: objectName(),
  /** Needed for a Service. */
  port: optional(portNumber()),
};

/** https://gateway-api.sigs.k8s.io/reference/spec/#backendobjectreference */
export const backendObjectReference = object(backendShape).check(portOfService());

/** https://gateway-api.sigs.k8s.io/reference/spec/#backendref */
export const backendRefShape = {
  ...backendShape,
  /** Absent: 1. */
  weight: optional(wholeNumber(0, 1_000_000)),
};

export const backendRef = object(backendRefShape).check(portOfService());

export function portOfService(): z.core.CheckFn<BackendObjectReference> {
  return rule((ref: BackendObjectReference) => {
    const isService = (ref.group ?? '') === '' && (ref.kind ?? 'Service') === 'Service';
    if (!isService || ref.port !== undefined) return undefined;
    return { path: ['port'], message: 'is required for a Service', code: 'missing-field' };
  });
}

/** A Secret, unless it says otherwise: https://gateway-api.sigs.k8s.io/reference/spec/#secretobjectreference */
export const secretReference = object({
  group: optional(group()),
  kind: optional(kind()),
  name: objectName(),
  namespace: optional(namespaceName()),
});

/** https://gateway-api.sigs.k8s.io/reference/spec/#objectreference */
export const objectReference = object({
  group: group(),
  kind: kind(),
  name: objectName(),
  namespace: optional(namespaceName()),
});

/** Something in the same namespace: https://gateway-api.sigs.k8s.io/reference/spec/#localobjectreference */
export const localReference = object({ group: group(), kind: kind(), name: objectName() });

export type ParentReference = Deep<z.infer<typeof parentReference>>;
export type BackendObjectReference = Deep<z.infer<typeof backendObjectReference>>;
export type BackendRef = Deep<z.infer<typeof backendRef>>;
export type SecretReference = Deep<z.infer<typeof secretReference>>;
export type GatewayObjectReference = Deep<z.infer<typeof objectReference>>;
export type LocalReference = Deep<z.infer<typeof localReference>>;

/** What a reference means, with all that it may leave out. */
export interface FullReference {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface FullParent extends FullReference {
  readonly sectionName?: string;
  readonly port?: number;
}

export interface FullBackend extends FullReference {
  readonly port?: number;
}

/** `namespace` is the route's. */
export function parentOf(ref: ParentReference, namespace: string): FullParent {
  return {
    ...full(ref, GATEWAY_API.group, 'Gateway', namespace),
    ...(ref.sectionName !== undefined && { sectionName: ref.sectionName }),
    ...(ref.port !== undefined && { port: ref.port }),
  };
}

/** `namespace` is the route's. */
export function backendOf(ref: BackendObjectReference, namespace: string): FullBackend {
  return { ...full(ref, '', 'Service', namespace), ...(ref.port !== undefined && { port: ref.port }) };
}

/** `namespace` is that of the object with the reference. */
export function secretOf(ref: SecretReference, namespace: string): FullReference {
  return full(ref, '', 'Secret', namespace);
}

interface Partial {
  readonly group?: string | undefined;
  readonly kind?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name: string;
}

function full(ref: Partial, group: string, kind: string, namespace: string): FullReference {
  return {
    group: ref.group ?? group,
    kind: ref.kind ?? kind,
    namespace: ref.namespace ?? namespace,
    name: ref.name,
  };
}
