import type { Remark } from '../finding.ts';
import type { Path } from '../path.ts';
import type { ClientTlsSettings, IstioTrafficPolicy } from './traffic-policy.ts';

interface Spec {
  readonly trafficPolicy?: IstioTrafficPolicy | undefined;
  readonly subsets?: readonly { readonly trafficPolicy?: IstioTrafficPolicy | undefined }[] | undefined;
}

/** Client TLS wherever a DestinationRule may say it. */
export function* checkClientTls({ trafficPolicy, subsets = [] }: Spec): Generator<Remark> {
  yield* checkPolicy(trafficPolicy, ['spec', 'trafficPolicy']);
  for (const [i, subset] of subsets.entries()) {
    yield* checkPolicy(subset.trafficPolicy, ['spec', 'subsets', i, 'trafficPolicy']);
  }
}

function* checkPolicy(policy: IstioTrafficPolicy | undefined, at: Path): Generator<Remark> {
  if (policy?.tls) yield* checkSettings(policy.tls, [...at, 'tls']);
  for (const [i, { tls }] of (policy?.portLevelSettings ?? []).entries()) {
    if (tls) yield* checkSettings(tls, [...at, 'portLevelSettings', i, 'tls']);
  }
}

function* checkSettings(tls: ClientTlsSettings, at: Path): Generator<Remark> {
  if (tls.mode === 'MUTUAL' && !tls.credentialName) {
    for (const field of ['clientCertificate', 'privateKey'] as const) {
      const message = 'is required for MUTUAL';
      const hint = 'give clientCertificate and privateKey, or a credentialName';
      if (!tls[field]) yield { path: [...at, field], code: 'missing-field', message, hint };
    }
  }
  yield* contradictions(tls, at);
  yield* withoutEffect(tls, at);
}

/** As Istio has it: a Secret is the certificate, its key and the authorities, or files are. */
function* contradictions(tls: ClientTlsSettings, at: Path): Generator<Remark> {
  if (!tls.credentialName || !(tls.mode === 'SIMPLE' || tls.mode === 'MUTUAL')) return;
  for (const field of FILES) {
    if (tls[field]) yield { path: [...at, field], code: 'conflict', message: 'must not stand beside credentialName' };
  }
}

function* withoutEffect(tls: ClientTlsSettings, at: Path): Generator<Remark> {
  const { mode = 'DISABLE' } = tls;
  for (const field of UNUSED[mode]) {
    if (!tls[field] || (Array.isArray(tls[field]) && tls[field].length === 0)) continue;
    const message = `has no effect where the mode is ${mode}`;
    const hint = tls.mode === undefined && { hint: 'give it a mode: without one it is DISABLE' };
    yield { path: [...at, field], severity: 'warning', code: 'no-effect', message, ...hint };
  }
  if (!tls.insecureSkipVerify || UNUSED[mode].includes('insecureSkipVerify')) return;
  for (const field of ['subjectAltNames', 'caCertificates', 'caCrl'] as const) {
    const message = 'has no effect beside insecureSkipVerify';
    if (tls[field]?.length) yield { path: [...at, field], severity: 'warning', code: 'no-effect', message };
  }
}

const FILES = ['clientCertificate', 'privateKey', 'caCertificates', 'caCrl'] as const;

const UNUSED: Readonly<
  Record<NonNullable<ClientTlsSettings['mode']>, readonly Exclude<keyof ClientTlsSettings, 'mode'>[]>
> = {
  DISABLE: [...FILES, 'credentialName', 'subjectAltNames', 'sni', 'insecureSkipVerify'],
  // Between workloads the mesh has the certificates.
  ISTIO_MUTUAL: [...FILES, 'credentialName', 'insecureSkipVerify'],
  SIMPLE: ['clientCertificate', 'privateKey'],
  MUTUAL: [],
};
