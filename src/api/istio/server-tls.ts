import type { z } from 'zod';
import type { Remark } from '../finding.ts';
import type { Path } from '../path.ts';
import { type Deep, flag, list, object, oneOf, optional, text, word } from '../vocabulary.ts';

const TLS_VERSIONS = ['TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3'] as const;

/** https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings */
export const serverTls = object({
  httpsRedirect: optional(flag()),
  mode: optional(oneOf(['PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'])),
  serverCertificate: optional(text()),
  privateKey: optional(text()),
  caCertificates: optional(text()),
  caCrl: optional(text()),
  tlsCertificates: optional(
    list(
      object({
        serverCertificate: optional(text()),
        privateKey: optional(text()),
        caCertificates: optional(text()),
      }),
    ),
  ),
  credentialName: optional(text()),
  credentialNames: optional(list(word())),
  caCertCredentialName: optional(text()),
  subjectAltNames: optional(list(text())),
  verifyCertificateSpki: optional(list(text(spkiMistake))),
  verifyCertificateHash: optional(list(text(hashMistake))),
  minProtocolVersion: optional(oneOf(TLS_VERSIONS)),
  maxProtocolVersion: optional(oneOf(TLS_VERSIONS)),
  cipherSuites: optional(list(text(cipherMistake))),
});

export type ServerTlsSettings = Deep<z.infer<typeof serverTls>>;

type Field = keyof ServerTlsSettings;

/** What is wrong between the fields of a server's TLS settings. */
export function* checkServerTls(tls: ServerTlsSettings, at: Path): Generator<Remark> {
  const needed = missingIn(tls);
  if (needed) yield { path: [...at, 'mode'], code: 'missing-field', message: `${tls.mode} needs ${needed}` };
  const { minProtocolVersion: min, maxProtocolVersion: max } = tls;
  if (min && max && TLS_VERSIONS.indexOf(max) < TLS_VERSIONS.indexOf(min) && max !== 'TLS_AUTO') {
    const message = `must not be older than minProtocolVersion ${min}, not ${max}; it has no effect`;
    yield { path: [...at, 'maxProtocolVersion'], code: 'conflict', message, settled: true };
  }
  for (const { field, why } of idleIn(tls)) {
    yield { path: [...at, field], severity: 'warning', code: 'conflict', message: `has no effect: ${why}` };
  }
}

/** Settings that a port without TLS does not have. */
export function idleInPlainText(tls: ServerTlsSettings): readonly Field[] {
  return FIELDS.filter((field) => field !== 'httpsRedirect' && isSaid(tls, field));
}

const FIELDS = Object.keys(serverTls.shape) as readonly Field[];
const CERTIFICATES: readonly Field[] = [
  'credentialNames',
  'credentialName',
  'tlsCertificates',
  'serverCertificate',
  'privateKey',
];
const AUTHORITIES: readonly Field[] = ['caCertCredentialName', 'caCertificates'];
const OF_CLIENTS: readonly Field[] = [
  ...AUTHORITIES,
  'caCrl',
  'subjectAltNames',
  'verifyCertificateSpki',
  'verifyCertificateHash',
];
const OF_TLS: readonly Field[] = ['minProtocolVersion', 'maxProtocolVersion', 'cipherSuites'];

function isSaid(tls: ServerTlsSettings, field: Field): boolean {
  const value = tls[field];
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** Without which there is no server of this mode. */
function missingIn(tls: ServerTlsSettings): string | undefined {
  const { mode } = tls;
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL' && mode !== 'OPTIONAL_MUTUAL') return undefined;
  const files = tls.tlsCertificates?.length ? tls.tlsCertificates : [tls];
  const byName = isSaid(tls, 'credentialName') || isSaid(tls, 'credentialNames');
  if (!byName && !files.every((one) => one?.serverCertificate && one.privateKey)) {
    return 'a certificate and its key: credentialName, or serverCertificate and privateKey';
  }
  const hasAuthorities = byName || [tls, ...files].some((one) => one?.caCertificates) || tls.caCertCredentialName;
  return mode === 'SIMPLE' || hasAuthorities ? undefined : 'caCertificates, to know its clients by';
}

function idleIn(tls: ServerTlsSettings): readonly { readonly field: Field; readonly why: string }[] {
  const said = (fields: readonly Field[], why: string) =>
    fields.flatMap((field) => (isSaid(tls, field) ? [{ field, why }] : []));
  switch (tls.mode) {
    case undefined:
    case 'PASSTHROUGH':
    case 'AUTO_PASSTHROUGH':
      return said(
        [...CERTIFICATES, ...OF_CLIENTS, ...OF_TLS],
        `TLS passes through a server of mode PASSTHROUGH unread`,
      );
    case 'ISTIO_MUTUAL':
      return said([...CERTIFICATES, ...AUTHORITIES], 'a server of mode ISTIO_MUTUAL has the certificate of its proxy');
    case 'SIMPLE':
      return [...said(OF_CLIENTS, 'clients of a server of mode SIMPLE show no certificate'), ...besides(tls)];
    case 'MUTUAL':
    case 'OPTIONAL_MUTUAL':
      return besides(tls);
  }
}

/** Of several places that say the same, the first one holds. */
function besides(tls: ServerTlsSettings): readonly { readonly field: Field; readonly why: string }[] {
  const sources: readonly Field[] = ['credentialNames', 'credentialName', 'tlsCertificates', 'serverCertificate'];
  const [first, ...others] = sources.filter((field) => isSaid(tls, field));
  const idle = others.map((field) => ({ field, why: `${first} is what holds` }));
  const fromSecret = first === 'credentialNames' || first === 'credentialName' || isSaid(tls, 'caCertCredentialName');
  if (tls.mode === 'SIMPLE' || !fromSecret || !isSaid(tls, 'caCertificates')) return idle;
  return [...idle, { field: 'caCertificates', why: 'the Secret says whom to believe' }];
}

/** SHA-256 in base64. */
function spkiMistake(value: string): string | undefined {
  const isHash = /^[A-Za-z0-9+/]{43}=$/.test(value);
  return isHash ? undefined : 'must be the SHA-256 of a public key in base64 (44 characters)';
}

/** SHA-256 in hexadecimal, as `openssl x509 -fingerprint -sha256` writes it, or without colons. */
function hashMistake(value: string): string | undefined {
  const isHash = /^[0-9a-f]{64}$/i.test(value) || /^([0-9a-f]{2}:){31}[0-9a-f]{2}$/i.test(value);
  return isHash ? undefined : 'must be the SHA-256 of a certificate in hexadecimal (64 digits, with colons or without)';
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto: those of TLS 1.2 and before. */
export function cipherMistake(value: string): string | undefined {
  if (CIPHERS.has(value)) return undefined;
  return value.startsWith('TLS_')
    ? 'must be a cipher suite of TLS 1.2 or older: those of TLS 1.3 cannot be chosen'
    : 'must be a cipher suite as OpenSSL calls it, like ECDHE-ECDSA-AES128-GCM-SHA256';
}

const CIPHERS: ReadonlySet<string> = new Set([
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
]);
