import type { z } from 'zod';
import { type Deep, object, oneOf, optional, portNumber } from '../vocabulary.ts';
import { objectReference, secretReference } from './references.ts';
import { atMost, between, unique } from './words.ts';

/** https://gateway-api.sigs.k8s.io/reference/spec/#frontendtlsvalidation */
const frontendTls = object({
  /** What certificates of clients are asked for. Absent: none. */
  validation: optional(
    object({
      caCertificateRefs: between(16, objectReference),
      /** Absent: AllowValidOnly. */
      mode: optional(oneOf(['AllowValidOnly', 'AllowInsecureFallback'])),
    }),
  ),
});

/** https://gateway-api.sigs.k8s.io/reference/spec/#gatewaytlsconfig */
export const gatewayTls = object({
  /** What the Gateway shows to backends. */
  backend: optional(object({ clientCertificateRef: optional(secretReference) })),
  frontend: optional(
    object({
      default: frontendTls,
      /** In place of the default. */
      perPort: optional(atMost(64, object({ port: portNumber(), tls: frontendTls })).check(unique('port'))),
    }),
  ),
});

export type GatewayTls = Deep<z.infer<typeof gatewayTls>>;
export type FrontendTls = Deep<z.infer<typeof frontendTls>>;
export type FrontendValidation = NonNullable<FrontendTls['validation']>;
