import type { Endpoint, ObjectKey, Origin, Service, ServicePort, TrafficPolicy } from '../../mesh/index.ts';
import type { Cluster } from '../../proto/index.ts';
import type { RetryBudget } from '../../route/index.ts';
import { buildLoadAssignment } from '../endpoints/load-assignment.ts';
import { outboundClusterName, statPrefix } from '../names.ts';
import type { Built, Decided } from '../translator.ts';
import { duration, OVER_ADS } from '../values.ts';
import { buildCircuitBreakers, buildConnectionOptions, RETRY_BUDGET } from './connection-pool.ts';
import type { Discovery } from './discovery.ts';
import { buildProtocolOptions } from './http-protocol.ts';
import { buildLoadBalancing } from './load-balancer.ts';
import { buildMetadata } from './metadata.ts';
import { buildOutlierDetection } from './outlier-detection.ts';
import { buildSecurity, fromRequest, type Security } from './security.ts';

/** All that an outbound cluster depends on. */
export interface OutboundCluster extends Security {
  readonly service: Service;
  readonly port: ServicePort;
  readonly subset: string | undefined;
  readonly discovery: Discovery;
  /** Speaks upstream what the client spoke, because nobody said what the service speaks. */
  readonly detectsProtocol: boolean;
  readonly policy: TrafficPolicy;
  /** The DestinationRule to name in metadata. */
  readonly rule: ObjectKey | undefined;
  readonly connectTimeoutMs: number;
  /** Who says how it is encrypted, if that is not the DestinationRule. */
  readonly tlsOrigin?: Origin;
  /** How many retries it bears, if that is not for the DestinationRule to say. */
  readonly retryBudget?: RetryBudget;
  /** Of the subset. Empty for EDS and ORIGINAL_DST, which learn them otherwise. */
  readonly endpoints: readonly Endpoint[];
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto */
export function buildOutboundCluster(of: OutboundCluster): Built<Cluster> {
  const { service, port, subset, policy } = of;
  const name = outboundClusterName(port.number, subset, service.host);
  const pool = policy.connectionPool;
  const message: Cluster = {
    name,
    altStatName: statPrefix(name),
    ...buildDiscovery(name, of),
    connectTimeout: duration(pool.connectTimeoutMs ?? of.connectTimeoutMs),
    circuitBreakers: buildCircuitBreakers(pool, of.retryBudget),
    // At Envoy's 50 % a proxy would send to endpoints that are known to be unready.
    commonLbConfig: { healthyPanicThreshold: { value: policy.outlierDetection?.minHealthPercent ?? 0 } },
    outlierDetection: buildOutlierDetection(policy.outlierDetection),
    upstreamConnectionOptions: buildConnectionOptions(pool),
    ...buildSecurity(of),
    typedExtensionProtocolOptions: buildProtocolOptions(
      port.protocol,
      pool,
      of.detectsProtocol,
      fromRequest(service, policy.tls),
    ),
    metadata: buildMetadata({ services: [service], rule: of.rule, subset, external: service.external }),
  };
  return { message, decided: decidedBy(of) };
}

function buildDiscovery(name: string, of: OutboundCluster): Partial<Cluster> {
  if (of.discovery === 'ORIGINAL_DST') return { type: 'ORIGINAL_DST', lbPolicy: 'CLUSTER_PROVIDED' };
  const balancing = buildLoadBalancing(of.policy.loadBalancer, of.policy.warmup);
  if (of.discovery === 'EDS') {
    return { type: 'EDS', edsClusterConfig: { serviceName: name, edsConfig: OVER_ADS }, ...balancing };
  }
  // Envoy refuses a LOGICAL_DNS cluster with other than one endpoint; and one without any refuses its requests as well
  // if it is STATIC, while a missing cluster would leave routes that name it dangling.
  const endpoints = of.discovery === 'LOGICAL_DNS' ? of.endpoints.slice(0, 1) : of.endpoints;
  const loadAssignment = buildLoadAssignment(name, endpoints, of.takesMtls);
  if (endpoints.length === 0) return { type: 'STATIC', loadAssignment, ...balancing };
  return { type: of.discovery, loadAssignment, ...DNS, ...balancing };
}

/** As Istio resolves for IPv4 proxies: again when the answer expires, or each minute if it does not say. */
export const DNS: Partial<Cluster> = {
  dnsLookupFamily: 'V4_ONLY',
  dnsRefreshRate: '60s',
  respectDnsTtl: true,
};

function decidedBy({ service, policy, tlsOrigin, retryBudget }: OutboundCluster): readonly Decided[] {
  const whole = { path: '', origin: service.origin };
  const said = [
    ...(tlsOrigin ? [{ path: 'transportSocket', origin: tlsOrigin }] : []),
    ...(retryBudget ? [{ path: RETRY_BUDGET, origin: retryBudget.origin }] : []),
  ];
  const { origin, loadBalancer, outlierDetection, connectionPool, proxyProtocol, tls } = policy;
  if (!origin) return [whole, ...said];
  const paths = [
    ...(loadBalancer ? ['lbPolicy'] : []),
    ...(outlierDetection ? ['outlierDetection'] : []),
    ...(Object.keys(connectionPool).length > 0 ? ['circuitBreakers'] : []),
    ...(connectionPool.connectTimeoutMs === undefined ? [] : ['connectTimeout']),
    ...(connectionPool.tcpKeepalive ? ['upstreamConnectionOptions'] : []),
    ...(proxyProtocol || (!tlsOrigin && tls && tls.mode !== 'disable') ? ['transportSocket'] : []),
  ];
  return [whole, ...paths.map((path) => ({ path, origin })), ...said];
}
