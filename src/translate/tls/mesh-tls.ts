import type { MeshConfig } from '../../mesh/index.ts';
import type { TlsParameters } from '../../proto/index.ts';

/** What workloads agree on between themselves: https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-TLSConfig */
export interface MeshTls {
  readonly parameters: TlsParameters;
  /** The mesh's own first, then its aliases: certificates of all of them are believed. */
  readonly trustDomains: readonly string[];
}

export function meshTlsOf({ meshMtls, trustDomain, trustDomainAliases }: MeshTlsSettings): MeshTls {
  const { minProtocolVersion, cipherSuites, ecdhCurves } = meshMtls;
  return {
    parameters: {
      tlsMinimumProtocolVersion: minProtocolVersion === 'TLSV1_3' ? 'TLSv1_3' : 'TLSv1_2',
      tlsMaximumProtocolVersion: 'TLSv1_3',
      cipherSuites: cipherSuites.length > 0 ? cipherSuites : CIPHERS,
      ...(ecdhCurves.length > 0 && { ecdhCurves }),
    },
    trustDomains: [...new Set([trustDomain, ...trustDomainAliases])],
  };
}

type MeshTlsSettings = Pick<MeshConfig, 'meshMtls' | 'trustDomain' | 'trustDomainAliases'>;

/** For connections to servers that are no workloads of the mesh. */
export function otherTlsOf({
  tlsDefaults: { cipherSuites, ecdhCurves },
}: Pick<MeshConfig, 'tlsDefaults'>): TlsParameters {
  return {
    ...VERSIONS,
    ...(cipherSuites.length > 0 && { cipherSuites }),
    ...(ecdhCurves.length > 0 && { ecdhCurves }),
  };
}

/** Older ones are broken. */
export const VERSIONS: TlsParameters = { tlsMinimumProtocolVersion: 'TLSv1_2', tlsMaximumProtocolVersion: 'TLSv1_3' };

/** What Istio's proxies take of each other. */
const CIPHERS = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
];
