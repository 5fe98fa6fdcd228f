import { type DestinationRule, displayName, objectKey } from '../api/index.ts';
import type { Tables } from '../store/index.ts';
import type { Credentials } from './credentials.ts';
import { hostMatches, isWildcard } from './host.ts';
import { labelText, selects } from './labels.ts';
import type { Mesh } from './mesh.ts';
import type { Check, Finding } from './problems.ts';
import { lackingSecrets } from './rule-credential-problems.ts';
import type { RuleCredentials } from './rule-credentials.ts';
import type { Rules } from './rules.ts';
import type { Services } from './services.ts';
import { suggestHost } from './suggest-host.ts';

interface Sources {
  readonly store: Tables;
  readonly services: Services;
  readonly rules: Rules;
  readonly endpoints: Mesh['endpoints'];
  readonly clusterDomain: string;
  readonly credentials: Credentials;
  readonly ruleCredentials: RuleCredentials;
}

/** A DestinationRule among services, endpoints and the other rules. */
export function ruleProblems(sources: Sources): Check {
  return (row) => {
    const rule = sources.store.destinationRules.get(row);
    if (!rule) return [];
    const host = sources.rules.hostOf(rule);
    return [
      ...unknownHost(sources, rule, host),
      ...emptySubsets(sources, rule, host),
      ...conflicts(sources, rule, row),
      ...lackingSecrets({ ...sources, secrets: sources.store.secrets }, rule, host),
    ];
  };
}

function unknownHost({ services, clusterDomain }: Sources, rule: DestinationRule, host: string): readonly Finding[] {
  if (!isWildcard(host) && services.candidates(host).length > 0) return [];
  const hosts = services.visibleHosts(rule.metadata.namespace);
  if (isWildcard(host) && hosts.some((one) => hostMatches(host, one))) return [];
  const near = isWildcard(host) ? undefined : suggestHost(host, hosts, clusterDomain);
  return [
    {
      severity: 'warning',
      code: 'unknown-host',
      path: 'spec.host',
      message: `no service has the host ${host}, so the rule governs nothing`,
      ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
    },
  ];
}

/** Only where there are endpoints at all: a service without any is a problem of its own. */
function emptySubsets(sources: Sources, { spec, metadata }: DestinationRule, host: string): readonly Finding[] {
  const { services, endpoints } = sources;
  const id = isWildcard(host)
    ? undefined
    : (services.serviceOf(metadata.namespace, host) ?? services.candidates(host)[0]?.id);
  const service = id === undefined ? undefined : services.service(id);
  const all = service?.ports.flatMap((port) => endpoints(service.id, port.number)) ?? [];
  if (all.length === 0) return [];
  return (spec.subsets ?? []).flatMap(({ name, labels = {} }, i): readonly Finding[] => {
    if (Object.keys(labels).length === 0 || all.some((endpoint) => selects(labels, endpoint.labels))) return [];
    const message = `subset ${name} is empty: no endpoint of ${host} has ${labelText(labels)}`;
    return [{ severity: 'warning', code: 'empty-subset', path: `spec.subsets[${i}].labels`, message }];
  });
}

/** Of several rules for one host the oldest speaks; the others add what it does not say. */
function conflicts({ store, rules }: Sources, rule: DestinationRule, row: string): readonly Finding[] {
  const older = rules.olderForHost(row).flatMap((key) => store.destinationRules.get(key) ?? []);
  const policy = rule.spec.trafficPolicy && older.find(({ spec }) => spec.trafficPolicy);
  const findings: Finding[] = policy ? [conflict('spec.trafficPolicy', 'its trafficPolicy', 'one', policy)] : [];
  (rule.spec.subsets ?? []).forEach(({ name }, i) => {
    const first = older.find(({ spec }) => spec.subsets?.some((subset) => subset.name === name));
    if (first) findings.push(conflict(`spec.subsets[${i}]`, `its subset ${name}`, 'that too', first));
  });
  return findings;
}

function conflict(path: string, what: string, which: string, winner: DestinationRule): Finding {
  const { namespace, name } = winner.metadata;
  const rule = displayName(objectKey('networking.istio.io', 'DestinationRule', namespace, name));
  return {
    severity: 'error',
    code: 'conflicting-rules',
    path,
    message: `${what} is not applied: ${rule} for the same host comes first and has ${which}`,
    hint: `write all that holds for the host in ${rule}`,
  };
}
