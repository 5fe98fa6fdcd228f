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
