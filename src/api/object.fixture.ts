import type { RawObject } from './object.ts';

/** An object with metadata as a cluster has it. */
export function object(apiVersion: string, kind: string, body: object): RawObject {
  return {
    apiVersion,
    kind,
    metadata: {
      name: 'cart',
      namespace: 'shop',
      labels: { 'app.kubernetes.io/name': 'cart' },
      annotations: { 'example.com/why': 'because: any text' },
      creationTimestamp: '2026-01-01T00:00:00Z',
      uid: 'x',
      resourceVersion: '1',
      managedFields: [],
    },
    ...body,
  };
}
