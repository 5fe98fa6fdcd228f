import type { ConfigSource, SdsSecretConfig } from '../../proto/index.ts';
import type { View } from '../../view/index.ts';

/** Where an Envoy has its secrets from: this control plane, or the agent beside it. */
export type SecretsFrom = 'ads' | 'agent';

/** Undefined: from nowhere. */
export function secretsFrom({ secrets }: Pick<View, 'secrets'>): SecretsFrom | undefined {
  return secrets === 'none' ? undefined : secrets;
}

/** `default` is the workload's own certificate, `ROOTCA` whom it believes; an agent also reads files of the workload. */
export function workloadSecret(name: string, from: SecretsFrom): SdsSecretConfig {
  return { name, sdsConfig: from === 'ads' ? SECRETS_OVER_ADS : FROM_AGENT };
}

/** The Secret that a `credentialName` names: in the gateway's own namespace, and always from the control plane. */
export function credentialSecret(credentialName: string): SdsSecretConfig {
  return {
    name: credentialName.includes('://') ? credentialName : `kubernetes://${credentialName}`,
    sdsConfig: SECRETS_OVER_ADS,
  };
}

/** A secret of ours that only names files at the proxy: so a file that is not there costs whoever needs it, not a whole listener. */
export function fileSecret(name: string): SdsSecretConfig {
  return { name, sdsConfig: SECRETS_OVER_ADS };
}

/** As Istio's: with Envoy's own time limit, after which a listener without its certificate opens and refuses. */
const SECRETS_OVER_ADS: ConfigSource = { ads: {}, resourceApiVersion: 'V3' };

/** A static cluster of the bootstrap: https://istio.io/latest/docs/ops/diagnostic-tools/proxy-cmd/ */
const FROM_AGENT: ConfigSource = {
  apiConfigSource: {
    apiType: 'GRPC',
    grpcServices: [{ envoyGrpc: { clusterName: 'sds-grpc' } }],
    setNodeOnFirstMessageOnly: true,
    transportApiVersion: 'V3',
  },
  initialFetchTimeout: '0s',
  resourceApiVersion: 'V3',
};
