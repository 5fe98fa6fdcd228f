import type { ServerAuthorities, ServerCertificate } from '../../route/index.ts';
import type { GatewayPlan } from '../gateway-plan.ts';
import { authoritiesSecretName, fileAuthoritiesName, filePairName, pairSecretName } from '../tls/index.ts';

/** A secret that something which a proxy is told refers to. */
export type WantedSecret =
  | { readonly kind: 'pair' | 'authorities'; readonly name: string }
  | { readonly kind: 'file-pair'; readonly chain: string; readonly key: string }
  | { readonly kind: 'file-authorities'; readonly path: string };

/** Each once. Files are read by an agent, where there is one. */
export function wantedByServers({ ports }: GatewayPlan): readonly WantedSecret[] {
  const ends = ports.flatMap(({ chains }) => chains.flatMap(({ end }) => end ?? []));
  const wanted = ends.flatMap(({ tls, secrets }): readonly WantedSecret[] => {
    if (tls.mode === 'mesh') return [];
    const all = [...tls.certificates.map(ofCertificate), ...(tls.authorities ? [ofAuthorities(tls.authorities)] : [])];
    return secrets === 'agent' ? all.filter(({ kind }) => !kind.startsWith('file')) : all;
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
    case 'authorities':
      return authoritiesSecretName(wanted.name);
    case 'file-pair':
      return filePairName(wanted);
    case 'file-authorities':
      return fileAuthoritiesName(wanted.path);
  }
}

function ofCertificate(certificate: ServerCertificate): WantedSecret {
  return certificate.from === 'secret'
    ? { kind: 'pair', name: certificate.name }
    : { kind: 'file-pair', chain: certificate.chain, key: certificate.key };
}

function ofAuthorities(authorities: ServerAuthorities): WantedSecret {
  return authorities.from === 'secret'
    ? { kind: 'authorities', name: authorities.name }
    : { kind: 'file-authorities', path: authorities.path };
}

function distinct(wanted: readonly WantedSecret[]): readonly WantedSecret[] {
  return [...new Map(wanted.map((one) => [secretNameOf(one), one])).values()];
}
