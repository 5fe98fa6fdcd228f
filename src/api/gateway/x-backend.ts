import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import { labelMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object, oneOf, optional, portNumber, rule, text } from '../vocabulary.ts';
import { backendValidation } from './backend-validation.ts';
import { EXPERIMENTAL } from './group.ts';
import { secretReference } from './references.ts';
import { hostnameMistake } from './words.ts';

const tls = object({
  mode: oneOf(['None', 'ServerOnly', 'ClientAndServer']),
  clientCertificateRef: optional(secretReference),
  validation: optional(backendValidation),
}).check(
  rule(({ mode, clientCertificateRef }) => {
    const wanted = mode === 'ClientAndServer';
    if (wanted === (clientCertificateRef !== undefined)) return undefined;
    const message = wanted ? 'is required for mode ClientAndServer' : `must not stand beside mode ${mode}`;
    return { path: ['clientCertificateRef'], code: wanted ? 'missing-field' : 'conflict', message };
  }),
);

const schema = object({
  spec: object({
    type: oneOf(['ExternalHostname']),
    externalHostname: optional(object({ hostname: text(externalMistake) })),
    port: object({
      name: optional(text((value) => (value === '' ? undefined : labelMistake(value)))),
      port: portNumber(),
    }),
    /** Absent: TCP, or what the route says. */
    protocol: optional(oneOf(['TCP', 'HTTP', 'HTTP2', 'HTTP11', 'H2C', 'MCP'])),
    /** Absent: plain text. */
    tls: optional(tls),
  }).check(
    rule(({ externalHostname }) =>
      externalHostname
        ? undefined
        : { path: ['externalHostname'], code: 'missing-field', message: 'is required for type ExternalHostname' },
    ),
  ),
});

export type XBackend = KubeObject<Deep<z.infer<typeof schema>>>;

/** A backend outside: https://gateway-api.sigs.k8s.io/geps/gep-4894/ */
export const xBackendKind = defineKind({
  ...EXPERIMENTAL,
  kind: 'XBackend',
  schema,
  // It would be somebody else, or be called in plain text.
  costs: { spec: THE_OBJECT },
  notApplied: {},
  informational: { 'spec.port.name': 'nothing refers to it: it has one port' },
});

function externalMistake(value: string): string | undefined {
  if (value.endsWith('.cluster.local')) return 'must be a name outside the cluster';
  return hostnameMistake(value);
}
