/** Names an object for machines: `group/Kind/namespace/name`; the core group is empty: `/Service/shop/cart`. */
export type ObjectKey = string & { readonly _: 'ObjectKey' };

export type Labels = Readonly<Record<string, string>>;

/** What pharos keeps of `metadata`. All else (uid, resourceVersion, managedFields …) says nothing about the mesh. */
export interface Metadata {
  readonly name: string;
  /** Empty for kinds that have no namespace. */
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** RFC 3339; decides who is older. Files usually have none: then order is by namespace and name. */
  readonly creationTimestamp: string | undefined;
  /** Counts the changes of the object; written back in its status. Files usually have none. */
  readonly generation?: number;
}

/** An object as its source read it: not yet looked into. */
export interface RawObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** A parsed object: the user's own shape (`object.spec.http`), every field checked. */
export type KubeObject<Body> = Readonly<Body> & {
  readonly key: ObjectKey;
  readonly metadata: Metadata;
  /** Only if list elements were left out as broken: where the others were written. Read it with `writtenPath`. */
  readonly renumbered?: Readonly<Record<string, readonly number[]>>;
};

/** The part of an object that decided something. It travels with every value and is never branched on. */
export interface Origin {
  readonly object: ObjectKey;
  /** A path in the object as one would write it: `spec.http[2].route[0].weight`. */
  readonly path: string;
}

export function objectKey(group: string, kind: string, namespace: string, name: string): ObjectKey {
  return `${group}/${kind}/${namespace}/${name}` as ObjectKey;
}

export function parseObjectKey(key: ObjectKey): { group: string; kind: string; namespace: string; name: string } {
  const [group = '', kind = '', namespace = '', name = ''] = key.split('/');
  return { group, kind, namespace, name };
}

/** For people: `VirtualService shop/reviews`. */
export function displayName(key: ObjectKey): string {
  const { kind, namespace, name } = parseObjectKey(key);
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}

/** `networking.istio.io/v1` → `networking.istio.io`; `v1` → the core group, which is empty. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
