import type { GatewayTls } from '../../api/index.ts';
import type { Credentials } from '../../mesh/index.ts';
import type { ServerTls, TlsEnd } from '../server-tls.ts';
import {
  type CaSource,
  type ClientDemand,
  type ClientValidation,
  validateClients,
  validationFor,
} from './client-validation.ts';
import type { Verdict } from './gateway-api.ts';
import { GATEWAY_GROUP } from './group.ts';
import { certificatesFor, type SecretSource } from './listener-certificates.ts';
import type { Referrer } from './reference-grants.ts';
import { type TlsOptions, tlsOptionsOf } from './tls-options.ts';
import { no } from './verdict.ts';
import { pathIn, type WrittenListener } from './written-listener.ts';

/** How TLS of a listener is treated, and what is wrong with it. */
export interface ListenerTls {
  /** Undefined: there is none, or none that could be used. */
  readonly tls: ServerTls | undefined;
  /** Why the listener as a whole cannot be taken. */
  readonly refusal?: Verdict | undefined;
  /** A reference that is wrong. */
  readonly unresolved?: Verdict | undefined;
}

export interface TlsSource extends SecretSource, CaSource {
  readonly authorities: Credentials['authorities'];
  /** Of the Gateway. */
  readonly gatewayTls: GatewayTls;
  readonly gatewayNamespace: string;
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#listenertlsconfig */
export function tlsOf(written: WrittenListener, source: TlsSource): ListenerTls {
  const { protocol, tls } = written.listener;
  if (protocol !== 'HTTPS' && protocol !== 'TLS') return { tls: undefined };
  if (tls?.mode === 'Passthrough') return { tls: { mode: 'passthrough' } };
  const options = tlsOptionsOf(tls?.options);
  if ('mistake' in options) {
    return { tls: undefined, refusal: no('UnsupportedValue', options.mistake, pathIn(written, '.tls.options')) };
  }
  const demands = { ...NO_DEMANDS, ...pick(options.value) };
  if (options.value.terminateMode === 'ISTIO_MUTUAL') return { tls: { mode: 'mesh', ...demands } };
  const { certificates, failure } = certificatesOf(written, source);
  const asked = clientsOf(written, options.value, source);
  const unresolved = failure ?? asked?.failure;
  if (asked && !asked.demand) {
    const reason = asked.failure?.message ?? '';
    return { tls: undefined, refusal: no('NoValidCACertificate', reason, asked.failure?.path), unresolved };
  }
  if (certificates.length === 0) return { tls: undefined, unresolved };
  return { tls: { mode: 'certificates', certificates, ...clientTls(asked?.demand), ...demands }, unresolved };
}

const NO_DEMANDS = { subjectAltNames: [], verifySpki: [], verifyHash: [], crl: undefined } as const;

function pick({
  minVersion,
  maxVersion,
  cipherSuites,
}: TlsOptions): Pick<TlsEnd, 'minVersion' | 'maxVersion' | 'cipherSuites'> {
  return { minVersion, maxVersion, cipherSuites };
}

function certificatesOf(written: WrittenListener, source: TlsSource): ReturnType<typeof certificatesFor> {
  const { certificateRefs = [] } = written.listener.tls ?? {};
  const path = pathIn(written, written.listener.tls ? '.tls' : '');
  if (certificateRefs.length === 0) {
    const message = `without a certificate nobody can speak ${written.listener.protocol} to it`;
    return { certificates: [], failure: no('InvalidCertificateRef', message, path) };
  }
  return certificatesFor(certificateRefs, holderOf(written), source, (i) =>
    pathIn(written, `.tls.certificateRefs[${i}]`),
  );
}

function holderOf({ namespace, isOfSet }: WrittenListener): Referrer {
  return { group: GATEWAY_GROUP, kind: isOfSet ? 'ListenerSet' : 'Gateway', namespace };
}

/** What the Gateway says of HTTPS holds before what the listener's options say. */
function clientsOf(written: WrittenListener, options: TlsOptions, source: TlsSource): ClientValidation | undefined {
  const { port, protocol } = written.listener;
  const said = protocol === 'HTTPS' ? validationFor(source.gatewayTls, port) : undefined;
  if (!said) return options.terminateMode === 'SIMPLE' ? undefined : clientsOfOptions(written, options, source);
  const from = { group: GATEWAY_GROUP, kind: 'Gateway', namespace: source.gatewayNamespace };
  // A ListenerSet does not hold what the Gateway says: it has no place for the mistake.
  return validateClients(said.validation, from, source, (inside) =>
    written.isOfSet ? undefined : `${said.path}${inside}`,
  );
}

function clientsOfOptions(
  written: WrittenListener,
  { terminateMode }: TlsOptions,
  source: TlsSource,
): ClientValidation {
  const [first] = written.listener.tls?.certificateRefs ?? [];
  const path = pathIn(written, '.tls.options');
  const fail = (message: string): ClientValidation => ({
    demand: undefined,
    failure: no('InvalidCACertificateRef', message, path),
  });
  if (!first) return fail('no certificate is named in whose Secret authorities could be');
  const namespace = first.namespace ?? written.namespace;
  const holder = holderOf(written);
  if (!source.permits(holder, { group: '', kind: 'Secret', namespace, name: first.name })) {
    return fail(`nobody lets a ${holder.kind} of ${holder.namespace} use Secrets of ${namespace}`);
  }
  const held = source.authorities(namespace, first.name);
  if ('problem' in held) return fail(held.problem);
  // To leave it out would let in whom it keeps out.
  if (held.value.crlPem !== undefined) return fail('the Secret has a revocation list, which is not applied here');
  const client = terminateMode === 'MUTUAL' ? 'required' : 'optional';
  return { demand: { client, pem: held.value.caPem, acceptsUntrusted: false }, failure: undefined };
}

type Clients = Pick<Extract<ServerTls, { mode: 'certificates' }>, 'client' | 'authorities' | 'acceptsUntrusted'>;

function clientTls(demand: ClientDemand | undefined): Clients {
  if (!demand) return { client: 'none', authorities: undefined };
  const { client, pem, acceptsUntrusted } = demand;
  return { client, authorities: { from: 'text', pem }, ...(acceptsUntrusted && { acceptsUntrusted }) };
}
