import type { ExternalBackend, GatewayState, ServerAuthorities, ServerCertificate } from '../../route/index.ts';
import type { GatewayPlan } from '../gateway-plan.ts';
import {
  authoritiesSecretName,
  fileAuthoritiesName,
  filePairName,
  lentPairSecretName,
  pairSecretName,
} from '../tls/index.ts';

/** A secret that something which a proxy is told refers to. */
export type WantedSecret =
  | { readonly kind: 'pair' | 'authorities'; readonly name: string }
  /** Of the namespace that it says, whatever that of the proxy is. */
  | { readonly kind: 'lent-pair'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'file-pair'; readonly chain: string; readonly key: string }
  | { readonly kind: 'file-authorities'; readonly path: string };

/** Each once. Files are read by an agent, where there is one. */
export function wantedByServers({ ports }: GatewayPlan): readonly WantedSecret[] {
  const ends = ports.flatMap(({ chains }) => chains.flatMap(({ end }) => end ?? []));
  const wanted = ends.flatMap(({ tls, secrets }): readonly WantedSecret[] => {
    if (tls.mode === 'mesh') return [];
    const all = [...tls.certificates.map(ofCertificate), ...ofAuthorities(tls.authorities)];
    return secrets === 'agent' ? all.filter(({ kind }) => !kind.startsWith('file')) : all;
  });
  return distinct(wanted);
}

/** The certificates that Gateways show to backends. */
export function wantedByGateways(gateways: readonly (GatewayState | undefined)[]): readonly WantedSecret[] {
  return gateways.flatMap((gateway): readonly WantedSecret[] => {
    if (gateway?.clientCertificate === undefined) return [];
    const [namespace = '', name = ''] = gateway.clientCertificate.split('/');
    return [{ kind: 'lent-pair', namespace, name }];
  });
}

/** The certificates that are shown to backends outside. */
export function wantedByExternals(backends: readonly (ExternalBackend | undefined)[]): readonly WantedSecret[] {
  const wanted = backends.flatMap((backend): readonly WantedSecret[] => {
    if (backend?.tls.mode !== 'mutual' || backend.tls.certificate.from !== 'secret') return [];
    const { namespace, name } = backend.tls.certificate;
    return namespace === undefined ? [] : [{ kind: 'lent-pair', namespace, name }];
  });
  return distinct(wanted);
}

/** Whether a rule needs both, its mode says; neither is more than its gateway may have. */
export function wantedByRules(credentialNames: readonly string[]): readonly WantedSecret[] {
  return credentialNames.flatMap((name): readonly WantedSecret[] => [
    { kind: 'pair', name },
    { kind: 'authorities', name },
  ]);
}

export function secretNameOf(wanted: WantedSecret): string {
  switch (wanted.kind) {
    case 'pair':
      return pairSecretName(wanted.name);
    case 'lent-pair':
      return lentPairSecretName(wanted);
    case 'authorities':
      return authoritiesSecretName(wanted.name);
    case 'file-pair':
      return filePairName(wanted);
    case 'file-authorities':
      return fileAuthoritiesName(wanted.path);
  }
}

function ofCertificate(certificate: ServerCertificate): WantedSecret {
  if (certificate.from === 'files') return { kind: 'file-pair', chain: certificate.chain, key: certificate.key };
  const { namespace, name } = certificate;
  return namespace === undefined ? { kind: 'pair', name } : { kind: 'lent-pair', namespace, name };
}

/** What is no secret stands in the listener. */
function ofAuthorities(authorities: ServerAuthorities | undefined): readonly WantedSecret[] {
  if (authorities?.from === 'secret') return [{ kind: 'authorities', name: authorities.name }];
  return authorities?.from === 'file' ? [{ kind: 'file-authorities', path: authorities.path }] : [];
}

function distinct(wanted: readonly WantedSecret[]): readonly WantedSecret[] {
  return [...new Map(wanted.map((one) => [secretNameOf(one), one])).values()];
}
