import type { FullReference, Origin, XBackend } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { ClientTls } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import { validationOf } from './backend-validation.ts';
import type { CaCertificates } from './ca-references.ts';
import type { PolicyState } from './gateway-api.ts';
import { EXPERIMENTAL_GROUP } from './group.ts';
import { type SecretSource, secretFor } from './listener-certificates.ts';
import { ACCEPTED, no, RESOLVED_REFS } from './verdict.ts';

/** A backend outside, as an XBackend says: https://gateway-api.sigs.k8s.io/geps/gep-4894/ */
export interface ExternalBackend {
  readonly origin: Origin;
  readonly hostname: string;
  readonly port: number;
  /** Undefined: what the route speaks. */
  readonly protocol: XBackend['spec']['protocol'];
  /** Impossible, if what is said cannot be done: never in plain text instead. */
  readonly tls: ClientTls;
}

export interface ExternalBackends {
  /** By `namespace/name`. */
  readonly of: Query<ExternalBackend | undefined>;
  readonly state: Query<PolicyState | undefined>;
}

interface Source extends SecretSource {
  readonly caCertificates: (to: FullReference) => CaCertificates;
}

export function createExternalBackends(graph: Graph, { xBackends }: Tables, source: Source): ExternalBackends {
  const secured = graph.query('external.secured', (row): Secured | undefined => {
    const object = xBackends.get(row);
    return object && securedBy(object, source);
  });
  return {
    of: graph.query('external.of', (row): ExternalBackend | undefined => {
      const object = xBackends.get(row);
      const { externalHostname, port, protocol } = object?.spec ?? {};
      if (!object || !externalHostname || !port) return undefined;
      const origin = { object: object.key, path: 'spec' };
      return { origin, hostname: externalHostname.hostname, port: port.port, protocol, tls: secured(row)!.tls };
    }),
    state: graph.query('external.state', (row): PolicyState | undefined => {
      const found = secured(row);
      return found && { accepted: found.accepted, resolvedRefs: found.resolvedRefs };
    }),
  };
}

interface Secured extends PolicyState {
  readonly tls: ClientTls;
}

function securedBy({ spec, metadata: { namespace } }: XBackend, source: Source): Secured {
  const { mode = 'None', validation, clientCertificateRef } = spec.tls ?? {};
  if (mode === 'None') return validation ? CONTRADICTION : PLAIN;
  // Who says nothing of certificates means the one that the world knows the host by.
  const written = validation ?? { hostname: spec.externalHostname!.hostname, wellKnownCACertificates: 'System' };
  const server = validationOf(written, namespace, source.caCertificates, 'spec.tls.validation');
  if (mode === 'ServerOnly' || !clientCertificateRef) return server;
  const from = { group: EXPERIMENTAL_GROUP, kind: 'XBackend', namespace };
  const path = 'spec.tls.clientCertificateRef';
  const certificate = secretFor(clientCertificateRef, from, source, 'InvalidClientCertificateRef', path);
  if ('ok' in certificate) return { ...server, tls: { mode: 'impossible' }, resolvedRefs: certificate };
  if (server.tls.mode !== 'simple') return server;
  return { ...server, tls: { ...server.tls, mode: 'mutual', certificate: { from: 'secret', ...certificate } } };
}

const PLAIN: Secured = { tls: { mode: 'disable' }, accepted: ACCEPTED, resolvedRefs: RESOLVED_REFS };

const CONTRADICTION: Secured = {
  tls: { mode: 'impossible' },
  accepted: no(
    'Invalid',
    'says whose certificates are believed, and with mode None that none is asked for: no connection is made',
    'spec.tls.validation',
  ),
  resolvedRefs: RESOLVED_REFS,
};
