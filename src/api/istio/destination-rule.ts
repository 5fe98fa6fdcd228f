import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { duplicates } from '../duplicates.ts';
import { defineKind, type Reasons } from '../kind.ts';
import { exportTo, wildcardHostMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, list, mapOf, object, optional, text, word } from '../vocabulary.ts';
import { checkClientTls } from './client-tls-check.ts';
import { NETWORKING } from './networking.ts';
import { trafficPolicy } from './traffic-policy.ts';
import { unreadableTls } from './unreadable-tls.ts';

const subset = object({
  name: word(),
  labels: optional(mapOf(text())),
  trafficPolicy: optional(trafficPolicy),
});

const schema = object({
  spec: object({
    host: text(wildcardHostMistake),
    trafficPolicy: optional(trafficPolicy),
    subsets: optional(list(subset)),
    exportTo: optional(exportTo()),
    workloadSelector: optional(object({ matchLabels: optional(mapOf(text())) })),
  }),
});

export type DestinationRule = KubeObject<Deep<z.infer<typeof schema>>>;
export type IstioSubset = Deep<z.infer<typeof subset>>;

/** A setting costs itself; these cost more. `at` is a place where a whole traffic policy stands. */
function policyCosts(at: string) {
  return {
    // Half a hash key would send clients elsewhere than all of it.
    [`${at}.loadBalancer.consistentHash`]: `${at}.loadBalancer.consistentHash`,
    [`${at}.loadBalancer.localityLbSetting`]: `${at}.loadBalancer.localityLbSetting`,
    [`${at}.loadBalancer.zoneAwareLbSetting`]: `${at}.loadBalancer.zoneAwareLbSetting`,
    [`${at}.tunnel`]: `${at}.tunnel`,
    [`${at}.proxyProtocol`]: `${at}.proxyProtocol`,
    [`${at}.retryBudget`]: `${at}.retryBudget`,
    // For another port than meant, or for none.
    [`${at}.portLevelSettings[].port`]: `${at}.portLevelSettings[]`,
    [`${at}.portLevelSettings[].loadBalancer.consistentHash`]: `${at}.portLevelSettings[].loadBalancer.consistentHash`,
    [`${at}.portLevelSettings[].loadBalancer.localityLbSetting`]: `${at}.portLevelSettings[].loadBalancer.localityLbSetting`,
    [`${at}.portLevelSettings[].loadBalancer.zoneAwareLbSetting`]: `${at}.portLevelSettings[].loadBalancer.zoneAwareLbSetting`,
  };
}

/** A mistake in TLS settings: nobody connects there until it is gone, and the rest of the rule holds. */
function closed(at: string) {
  return { [at]: { unit: at, becomes: { of: unreadableTls, made: 'credentialName' } } };
}

/** https://istio.io/latest/docs/reference/config/networking/destination-rule/ */
export const destinationRuleKind = defineKind({
  ...NETWORKING,
  kind: 'DestinationRule',
  schema,
  costs: {
    'spec.host': THE_OBJECT,
    // Without them it would apply to everyone.
    'spec.exportTo': THE_OBJECT,
    'spec.workloadSelector': THE_OBJECT,
    // Without them the subset would be all of the service.
    'spec.subsets[].name': 'spec.subsets[]',
    'spec.subsets[].labels': 'spec.subsets[]',
    ...policyCosts('spec.trafficPolicy'),
    ...policyCosts('spec.subsets[].trafficPolicy'),
    // Without it a connection would be in plain text, or to someone unverified.
    ...closed('spec.trafficPolicy.tls'),
    ...closed('spec.trafficPolicy.portLevelSettings[].tls'),
    'spec.subsets[].trafficPolicy.tls': 'spec.subsets[]',
    'spec.subsets[].trafficPolicy.portLevelSettings[].tls': 'spec.subsets[]',
  },
  narrowing: ['spec.subsets[].labels'],
  notApplied: {
    'spec.workloadSelector': 'workloadSelector is not applied yet: a rule that has one governs nobody',
    ...inPolicies({
      tunnel: 'tunnels are not applied yet',
      retryBudget: 'retry budgets are not applied yet; connectionPool.http.maxRetries is',
    }),
    ...everywhere({
      'loadBalancer.localityLbSetting': 'locality load balancing is not applied yet; it arrives with multi-cluster',
      'loadBalancer.zoneAwareLbSetting': 'zone-aware load balancing is not applied yet; it arrives with multi-cluster',
      'outlierDetection.outlierDetectionHttpErrorCodes': 'own error codes are not applied yet: 5xx count',
    }),
  },
  deprecated: everywhere({
    'loadBalancer.simple=LEAST_CONN': 'LEAST_CONN is the old name of LEAST_REQUEST, and is applied as that',
    'loadBalancer.warmupDurationSecs': 'warmupDurationSecs is the old name of warmup.duration, and is applied as that',
    'loadBalancer.consistentHash.minimumRingSize':
      'minimumRingSize is the old name of ringHash.minimumRingSize, and is applied as that',
    'outlierDetection.consecutiveErrors':
      'consecutiveErrors is the old name of consecutiveGatewayErrors, and is applied as that: 502, 503 and 504 count',
  }),
  check: function* ({ spec }) {
    yield* duplicates(spec.subsets, ['spec', 'subsets'], 'name');
    yield* checkClientTls(spec);
  },
});

/** The same fields in both places where a traffic policy stands. */
function inPolicies(fields: Reasons): Reasons {
  return at(['spec.trafficPolicy', 'spec.subsets[].trafficPolicy'], fields);
}

/** And in the settings of a port inside. */
function everywhere(fields: Reasons): Reasons {
  const inPorts = ['spec.trafficPolicy.portLevelSettings[]', 'spec.subsets[].trafficPolicy.portLevelSettings[]'];
  return { ...inPolicies(fields), ...at(inPorts, fields) };
}

function at(places: readonly string[], fields: Reasons): Reasons {
  const lines = Object.entries(fields).flatMap(([field, reason]) =>
    places.map((place) => [`${place}.${field}`, reason] as const),
  );
  return Object.fromEntries(lines);
}
