import type { DestinationRule, IstioTrafficPolicy, Origin } from '../api/index.ts';
import { clientTlsOf } from './client-tls.ts';
import { connectionPoolOf } from './connection-pool.ts';
import { loadBalancerOf, warmupOf } from './load-balancer.ts';
import { outlierDetectionOf } from './outlier-detection.ts';
import type { TrafficPolicy } from './traffic-policy.ts';

/** Nobody said anything. */
export const EMPTY_POLICY: TrafficPolicy = {
  origin: undefined,
  loadBalancer: undefined,
  warmup: undefined,
  connectionPool: {},
  outlierDetection: undefined,
  proxyProtocol: undefined,
  tls: undefined,
};

/** What one object says of one port, its levels already laid over each other. */
interface Level {
  readonly origin: Origin | undefined;
  readonly settings: Omit<IstioTrafficPolicy, 'portLevelSettings'>;
}

/**
 * The policy of some rules for one port and subset. Of several rules for one host, oldest first, the first that has a
 * policy gives it, and the first that has the subset gives that.
 * https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services
 */
export function policyOf(rules: readonly DestinationRule[], port: number, subset: string | undefined): TrafficPolicy {
  const general = generalLevel(rules, port);
  const special = subset === undefined ? undefined : subsetLevel(rules, port, subset);
  const { origin, settings } = special ? lay(special, general) : general;
  if (!origin) return EMPTY_POLICY;
  const { loadBalancer, connectionPool, outlierDetection, proxyProtocol, tls } = settings;
  return {
    origin,
    loadBalancer: loadBalancer && loadBalancerOf(loadBalancer),
    warmup: loadBalancer && warmupOf(loadBalancer),
    connectionPool: connectionPool ? connectionPoolOf(connectionPool) : {},
    outlierDetection: outlierDetection && outlierDetectionOf(outlierDetection),
    proxyProtocol: proxyProtocol && (proxyProtocol.version ?? 'V1'),
    tls: tls && clientTlsOf(tls),
  };
}

/** A port's settings stand in place of those beside them: what they leave out is the default, not inherited. */
function atPort(policy: IstioTrafficPolicy, port: number, origin: Origin): Level {
  const { portLevelSettings = [], ...settings } = policy;
  const i = portLevelSettings.findIndex((level) => level.port.number === port);
  if (i < 0) return { origin, settings };
  const { loadBalancer, connectionPool, outlierDetection, tls } = portLevelSettings[i]!;
  return {
    origin: { object: origin.object, path: `${origin.path}.portLevelSettings[${i}]` },
    settings: { ...settings, loadBalancer, connectionPool, outlierDetection, tls },
  };
}

function generalLevel(rules: readonly DestinationRule[], port: number): Level {
  const rule = rules.find(({ spec }) => spec.trafficPolicy !== undefined);
  if (!rule) return { origin: undefined, settings: {} };
  return atPort(rule.spec.trafficPolicy!, port, { object: rule.key, path: 'spec.trafficPolicy' });
}

function subsetLevel(rules: readonly DestinationRule[], port: number, name: string): SubsetLevel | undefined {
  for (const { key, spec } of rules) {
    const i = (spec.subsets ?? []).findIndex((subset) => subset.name === name);
    if (i < 0) continue;
    const policy = spec.subsets![i]!.trafficPolicy;
    return (
      policy && {
        ...atPort(policy, port, { object: key, path: `spec.subsets[${i}].trafficPolicy` }),
        forPort: hasPort(policy, port),
      }
    );
  }
  return undefined;
}

type SubsetLevel = Level & { readonly forPort: boolean };

/** What a subset says goes over what the rule says, field by field; what it says of the port itself leaves nothing through. */
function lay(subset: SubsetLevel, general: Level): Level {
  const proxyProtocol = subset.settings.proxyProtocol ?? general.settings.proxyProtocol;
  if (subset.forPort) return { origin: subset.origin, settings: { ...subset.settings, proxyProtocol } };
  const { loadBalancer, connectionPool, outlierDetection, tls } = subset.settings;
  return {
    origin: subset.origin,
    settings: {
      loadBalancer: loadBalancer ?? general.settings.loadBalancer,
      connectionPool: connectionPool ?? general.settings.connectionPool,
      outlierDetection: outlierDetection ?? general.settings.outlierDetection,
      tls: tls ?? general.settings.tls,
      proxyProtocol,
    },
  };
}

function hasPort(policy: IstioTrafficPolicy, port: number): boolean {
  return (policy.portLevelSettings ?? []).some((level) => level.port.number === port);
}
