import type { z } from 'zod';
import { labelSelector } from '../label-selector.ts';
import { type Deep, object, oneOf, optional, portNumber, rule, text } from '../vocabulary.ts';
import { listenerMistakes, noneAlike } from './listener-check.ts';
import { secretReference } from './references.ts';
import { atMost, between, group, kind, mapOfAtMost, sectionName, unique, wildcardHostname } from './words.ts';

const listenerTls = object({
  /** Absent: Terminate. */
  mode: optional(oneOf(['Terminate', 'Passthrough'])),
  certificateRefs: optional(atMost(64, secretReference)),
  options: optional(mapOfAtMost(16)),
}).check(
  rule(({ mode = 'Terminate', certificateRefs = [], options = {} }) =>
    mode === 'Terminate' && certificateRefs.length === 0 && Object.keys(options).length === 0
      ? { path: ['certificateRefs'], code: 'missing-field', message: 'is required for mode Terminate' }
      : undefined,
  ),
);

const allowedRoutes = object({
  namespaces: optional(
    object({
      /** Absent: Same. */
      from: optional(oneOf(['All', 'Selector', 'Same'])),
      /** For Selector. */
      selector: optional(labelSelector),
    }),
  ),
  /** Absent or empty: all that the protocol can have. */
  kinds: optional(
    atMost(
      8,
      object({
        /** Absent: that of Gateway. */
        group: optional(group()),
        kind: kind(),
      }),
    ),
  ),
});

/** Of a Gateway or a ListenerSet: https://gateway-api.sigs.k8s.io/reference/spec/#listener */
const listener = object({
  name: sectionName(),
  /** Absent: any. */
  hostname: optional(wildcardHostname()),
  port: portNumber(),
  /** HTTP, HTTPS, TLS, TCP, UDP; of others the status says that nobody speaks them. */
  protocol: text((value) =>
    value.length <= 255 && PROTOCOL.test(value) ? undefined : 'must be one of HTTP, HTTPS, TLS, TCP, UDP',
  ),
  tls: optional(listenerTls),
  allowedRoutes: optional(allowedRoutes),
}).check(rule((written) => listenerMistakes(written)));

export const listeners = between(64, listener).check(unique('name'), noneAlike());

export type Listener = Deep<z.infer<typeof listener>>;
export type ListenerTls = Deep<z.infer<typeof listenerTls>>;
export type AllowedRoutes = Deep<z.infer<typeof allowedRoutes>>;

const PROTOCOL =
  /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9]+$/;
