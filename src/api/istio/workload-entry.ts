import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import type { Remark } from '../finding.ts';
import { defineKind } from '../kind.ts';
import { workloadAddressMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import type { Path } from '../path.ts';
import { type Deep, mapOf, object, optional, portNumber, text, wholeNumber } from '../vocabulary.ts';
import { NETWORKING } from './networking.ts';

/** Also what a ServiceEntry calls an endpoint. */
export const workload = object({
  /** An IP, a host name, or a path as `unix://…`; absent if only `network` says where it is. */
  address: optional(text(workloadAddressMistake)),
  /** By the name of the service's port. */
  ports: optional(mapOf(portNumber())),
  labels: optional(mapOf(text())),
  network: optional(text()),
  locality: optional(text()),
  weight: optional(wholeNumber()),
  serviceAccount: optional(text()),
});

export type Workload = Deep<z.infer<typeof workload>>;

const schema = object({ spec: workload });

export type WorkloadEntry = KubeObject<Deep<z.infer<typeof schema>>>;

/** https://istio.io/latest/docs/reference/config/networking/workload-entry/ */
export const workloadEntryKind = defineKind({
  ...NETWORKING,
  kind: 'WorkloadEntry',
  schema,
  costs: {
    'spec.address': THE_OBJECT,
    'spec.ports': THE_OBJECT,
    // Others would select it, or reach it by another way.
    'spec.labels': THE_OBJECT,
    'spec.network': THE_OBJECT,
    // Clients would trust another identity.
    'spec.serviceAccount': THE_OBJECT,
  },
  notApplied: {},
  check: ({ spec }) => checkWorkload(spec, ['spec']),
});

export function* checkWorkload(entry: Workload, at: Path): Generator<Remark> {
  if (!entry.address && !entry.network) {
    yield { path: [...at, 'address'], code: 'missing-field', message: 'is required where there is no network' };
  }
  if (entry.address?.startsWith('unix://') && entry.ports) {
    yield { path: [...at, 'ports'], code: 'conflict', message: 'must not stand beside a unix:// address' };
  }
}
