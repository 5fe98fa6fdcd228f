import type { z } from 'zod';
import { type Part, THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import { labelSelector } from '../label-selector.ts';
import { labelMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, numberOrName, object, oneOf, oneofRule, optional } from '../vocabulary.ts';
import { POLICY } from './policy.ts';

const schema = object({
  spec: object({
    podSelector: optional(labelSelector),
    externalWorkloadSelector: optional(labelSelector),
    /** A number that the workload listens on, or the name of a container's port. */
    port: numberOrName(portMistake),
    proxyProtocol: optional(oneOf(['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'])),
    /** Who may call where nobody says more; absent: nobody. */
    accessPolicy: optional(
      oneOf([
        'deny',
        'all-authenticated',
        'all-unauthenticated',
        'cluster-authenticated',
        'cluster-unauthenticated',
        'audit',
      ]),
    ),
  }).check(oneofRule(['podSelector', 'externalWorkloadSelector'], 'exactly')),
});

export type LinkerdServer = KubeObject<Deep<z.infer<typeof schema>>>;

/** Stands in place of a port that cannot be read; nobody can write it. */
export const EVERY_PORT = '*';

/** https://linkerd.io/2/reference/authorization-policy/#server */
export const linkerdServerKind = defineKind({
  ...POLICY,
  versions: ['v1beta3', 'v1beta2', 'v1beta1', 'v1alpha1'],
  kind: 'Server',
  schema,
  costs: {
    // For other ports than meant.
    spec: THE_OBJECT,
    'spec.proxyProtocol': 'spec.proxyProtocol',
    // Without it nobody may call.
    'spec.accessPolicy': 'spec.accessPolicy',
  },
  notApplied: {
    'spec.externalWorkloadSelector': 'ExternalWorkloads are not read: a Server for them selects nobody',
    'spec.proxyProtocol': 'the protocol of a port is what its Service says',
  },
  standIn: {
    of: (written) => ({ spec: { podSelector: readablePods(written), port: readablePort(written) } }),
    says: 'what it may have selected denies all calls',
  },
});

function portMistake(port: number | string): string | undefined {
  const right = typeof port === 'number' ? port >= 1 && port <= 65_535 : !labelMistake(port) && /[a-z]/.test(port);
  return right ? undefined : 'must be a port number between 1 and 65535 or a port name';
}

/** The labels that can be read select all that was meant, and perhaps more. */
function readablePods(written: Part): { readonly matchLabels: Readonly<Record<string, string>> } {
  const { podSelector } = (written['spec'] ?? {}) as { podSelector?: { matchLabels?: unknown } | null };
  const labels = Object.entries(podSelector?.matchLabels ?? {});
  return { matchLabels: Object.fromEntries(labels.filter(([, value]) => typeof value === 'string')) };
}

function readablePort(written: Part): number | string {
  const { port } = (written['spec'] ?? {}) as { port?: unknown };
  const readable = (Number.isInteger(port) || typeof port === 'string') && !portMistake(port as number | string);
  return readable ? (port as number | string) : EVERY_PORT;
}
