import { type Cluster, decode, encode, encodeMessage, pack, typeUrlOf, validate } from '../../src/proto/index.ts';

const CLUSTER = 'envoy.config.cluster.v3.Cluster';
const ROUNDS = 6;
const COUNT = 5000;

/** Microseconds a cluster, by what is done to it. The last of a few rounds, when the code is warm. */
export function benchProto(): Readonly<Record<string, number>> {
  const plain = Array.from({ length: COUNT }, (_, i) => plainCluster(i));
  const secured = Array.from({ length: COUNT }, (_, i) => securedCluster(i));
  const bytes = secured.map((cluster) => encodeMessage(CLUSTER, cluster));
  return {
    'encode a plain cluster': each(plain, (cluster) => encode('cds', cluster)),
    'encode a cluster with mTLS': each(secured, (cluster) => encode('cds', cluster)),
    'of which writing': each(secured, (cluster) => encodeMessage(CLUSTER, cluster)),
    'of which validating': each(secured, (cluster) => validate(CLUSTER, cluster)),
    'decode a cluster with mTLS': each(bytes, (one) => decode(typeUrlOf('cds'), one)),
  };
}

function each<T>(items: readonly T[], run: (item: T) => unknown): number {
  let microseconds = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (const item of items) run(item);
    microseconds = ((performance.now() - start) * 1000) / items.length;
  }
  return microseconds;
}

function plainCluster(i: number): Cluster {
  const name = `outbound|8080||service-${i}.default.svc.cluster.local`;
  return {
    name,
    type: 'EDS',
    edsClusterConfig: { edsConfig: { ads: {}, resourceApiVersion: 'V3' }, serviceName: name },
    connectTimeout: '10s',
    lbPolicy: 'LEAST_REQUEST',
    circuitBreakers: { thresholds: [{ maxConnections: 4294967295, maxRequests: 4294967295, trackRemaining: true }] },
    metadata: { filterMetadata: { istio: { services: [{ host: name, name: `service-${i}`, namespace: 'default' }] } } },
  };
}

function securedCluster(i: number): Cluster {
  const sds = { ads: {}, resourceApiVersion: 'V3' } as const;
  const tls = pack('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
    sni: `outbound_.8080_._.service-${i}.default.svc.cluster.local`,
    commonTlsContext: {
      alpnProtocols: ['istio-peer-exchange', 'istio'],
      tlsCertificateSdsSecretConfigs: [{ name: 'default', sdsConfig: sds }],
      combinedValidationContext: {
        defaultValidationContext: { matchSubjectAltNames: [{ exact: `spiffe://cluster.local/ns/default/sa/${i}` }] },
        validationContextSdsSecretConfig: { name: 'ROOTCA', sdsConfig: sds },
      },
    },
  });
  const raw = pack('envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer', {});
  return {
    ...plainCluster(i),
    transportSocketMatches: [
      match('tlsMode-istio', { tlsMode: 'istio' }, { name: 'envoy.transport_sockets.tls', typedConfig: tls }),
      match('tlsMode-disabled', {}, { name: 'envoy.transport_sockets.raw_buffer', typedConfig: raw }),
    ],
  };
}

type Match = NonNullable<Cluster['transportSocketMatches']>[number];

function match(name: string, labels: NonNullable<Match['match']>, transportSocket: Match['transportSocket']): Match {
  return { name, match: labels, transportSocket };
}
