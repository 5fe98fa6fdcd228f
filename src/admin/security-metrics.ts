import { status } from '@grpc/grpc-js';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { AuthorityDescription } from '../ca/index.ts';
import { firstCertificateEnd } from '../control-plane/certificate-problems.ts';
import type { ServerEvent } from '../server/index.ts';
import type { Store } from '../store/index.ts';

/** Under istiod's names where it has one: https://istio.io/latest/docs/reference/commands/pilot-discovery/#metrics */
export function countSecurity(registry: Registry): (event: ServerEvent) => void {
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers: [registry] });
  const asked = counter('citadel_server_csr_count', 'Requests for a certificate.');
  const issued = counter(
    'citadel_server_success_cert_issuance_count',
    'Certificates given to those who asked for one.',
  );
  const strangers = counter('citadel_server_authentication_failure_count', 'Calls that proved no identity.');
  const malformed = counter('citadel_server_csr_parsing_err_count', 'Requests for a certificate that are none.');
  const unsigned = counter(
    'citadel_server_csr_sign_err_count',
    'Requests that could not be signed by a fault of pharos.',
  );
  const denied = counter('pharos_certificates_denied_total', 'Requests for the certificate of somebody else.');
  const limited = counter('pharos_certificates_limited_total', 'Requests beyond what may be asked for at a time.');
  const refused = counter('pharos_refused_connections_total', 'Connections to the secure port that were refused.');
  const late = counter('pharos_issuing_failures_total', 'Certificates that could not be renewed, and are tried again.');
  const byCode = new Map([
    [status.UNAUTHENTICATED, strangers],
    [status.INVALID_ARGUMENT, malformed],
    [status.INTERNAL, unsigned],
    [status.PERMISSION_DENIED, denied],
    [status.RESOURCE_EXHAUSTED, limited],
  ]);
  return (event) => {
    switch (event.kind) {
      case 'certificate-issued':
        asked.inc();
        return issued.inc();
      case 'certificate-refused':
        asked.inc();
        return byCode.get(event.code)?.inc();
      case 'unauthenticated':
        return strangers.inc();
      case 'connection-refused':
        return refused.inc();
      case 'issuing-failed':
        return late.inc();
      default:
        return;
    }
  };
}

/** When what signs certificates ends. Not there where nothing does. */
export function gaugeAuthority(registry: Registry, describe: () => AuthorityDescription | undefined): void {
  const expiry = (name: string, help: string, of: (described: AuthorityDescription) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const described = describe();
        if (described) this.set(of(described) / 1000);
      },
    });
  expiry('citadel_server_root_cert_expiry_timestamp', 'When the first root ends, in seconds since 1970.', ({ roots }) =>
    Math.min(...roots.map(({ notAfterMs }) => notAfterMs)),
  );
  expiry(
    'citadel_server_cert_chain_expiry_timestamp',
    'When the certificate that signs ends, in seconds since 1970.',
    ({ signer }) => signer.notAfterMs,
  );
}

/** Not there where no Secret has a certificate. */
export function gaugeSecrets(registry: Registry, store: Store): void {
  new Gauge({
    name: 'pharos_secret_certificate_expiry_timestamp',
    help: 'When the first certificate of a Secret ends, in seconds since 1970.',
    registers: [registry],
    collect() {
      const end = firstCertificateEnd(store);
      if (end === undefined) this.remove();
      else this.set(end / 1000);
    },
  });
}
