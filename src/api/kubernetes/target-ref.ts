import { object, optional, text } from '../vocabulary.ts';

/** The object behind an endpoint: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-reference/ */
export const targetRef = object({
  apiVersion: optional(text()),
  kind: optional(text()),
  namespace: optional(text()),
  name: optional(text()),
  uid: optional(text()),
  resourceVersion: optional(text()),
  fieldPath: optional(text()),
});

/** What of a reference under `path` says nothing to the mesh. */
export function restOfTargetRef(path: string): Readonly<Record<string, string>> {
  const rest = ['apiVersion', 'uid', 'resourceVersion', 'fieldPath'];
  return Object.fromEntries(rest.map((field) => [`${path}.${field}`, 'a Pod is known by its namespace and name']));
}
