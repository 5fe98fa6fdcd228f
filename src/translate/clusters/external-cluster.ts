import type { Cluster, TlsParameters, TransportSocket } from '../../proto/index.ts';
import type { ExternalBackend, ExternalSpeech, RetryBudget } from '../../route/index.ts';
import { statPrefix } from '../names.ts';
import { buildClientTls, IMPOSSIBLE_TLS, type SecretsFrom, serverPeerTls } from '../tls/index.ts';
import type { Built, Decided } from '../translator.ts';
import { duration, socketAddress } from '../values.ts';
import { buildCircuitBreakers, RETRY_BUDGET } from './connection-pool.ts';
import { buildProtocolOptions, NEGOTIATED_OPTIONS, type TypedOptions } from './http-protocol.ts';
import { buildMetadata } from './metadata.ts';
import { DNS } from './outbound-cluster.ts';

/** All that the cluster of a backend outside depends on. */
export interface ExternalCluster {
  readonly name: string;
  /** `namespace/name` of the object that says what it is. */
  readonly backend: string;
  readonly said: ExternalBackend;
  readonly speaks: ExternalSpeech;
  /** The proxy may have the certificate that is shown there. */
  readonly mayShow: boolean;
  readonly secrets: SecretsFrom | undefined;
  readonly otherTls: TlsParameters;
  readonly connectTimeoutMs: number;
  readonly retryBudget: RetryBudget | undefined;
}

/** https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/service_discovery#strict-dns */
export function buildExternalCluster(of: ExternalCluster): Built<Cluster> {
  const { name, backend, said, retryBudget } = of;
  const [namespace = '', own = ''] = backend.split('/');
  const transportSocket = socketOf(of);
  const message: Cluster = {
    name,
    altStatName: statPrefix(name),
    type: 'STRICT_DNS',
    loadAssignment: {
      clusterName: name,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: socketAddress(said.hostname, said.port) } }] }],
    },
    ...DNS,
    connectTimeout: duration(of.connectTimeoutMs),
    lbPolicy: 'LEAST_REQUEST',
    circuitBreakers: buildCircuitBreakers({}, retryBudget),
    transportSocket,
    typedExtensionProtocolOptions: optionsOf(of.speaks, transportSocket !== undefined),
    metadata: buildMetadata({ services: [{ host: said.hostname, name: own, namespace }], external: true }),
  };
  return { message, decided: decidedBy(of, transportSocket) };
}

function socketOf({ said, speaks, mayShow, secrets, otherTls }: ExternalCluster): TransportSocket | undefined {
  if (speaks === 'sealed') return undefined;
  const { tls } = said;
  switch (tls.mode) {
    case 'disable':
      return undefined;
    case 'simple':
      return buildClientTls(serverPeerTls(secrets, tls, ALPN[speaks], otherTls));
    case 'mutual':
      return mayShow ? buildClientTls(serverPeerTls(secrets, tls, ALPN[speaks], otherTls)) : IMPOSSIBLE_TLS;
    case 'impossible':
    case 'mesh':
      return IMPOSSIBLE_TLS;
  }
}

/** Undefined: nothing is said, or what Envoy negotiates by itself. */
const ALPN = { http: undefined, http1: ['http/1.1'], http2: ['h2'], bytes: undefined } as const;

function optionsOf(speaks: ExternalSpeech, isEncrypted: boolean): TypedOptions | undefined {
  if (speaks === 'http2') return buildProtocolOptions('http2', {}, false);
  // Versions are negotiated in the handshake only.
  return speaks === 'http' && isEncrypted ? NEGOTIATED_OPTIONS : undefined;
}

function decidedBy(
  { said: { origin }, retryBudget }: ExternalCluster,
  socket: TransportSocket | undefined,
): readonly Decided[] {
  return [
    { path: '', origin },
    ...(socket ? [{ path: 'transportSocket', origin: { ...origin, path: `${origin.path}.tls` } }] : []),
    ...(retryBudget ? [{ path: RETRY_BUDGET, origin: retryBudget.origin }] : []),
  ];
}
