import type { DestinationRule, IstioTrafficPolicy } from '../api/index.ts';
import type { Graph, Query } from '../graph/index.ts';
import type { Tables } from '../store/index.ts';
import { defaultFor, exportToOf, isVisible } from './export-to.ts';
import type { MeshConfig } from './mesh-config.ts';

/** The credentials that DestinationRules name which a namespace sees, sorted: those its gateways may need. */
export function createRuleCredentials(
  graph: Graph,
  { destinationRules }: Tables,
  config: () => MeshConfig,
): Query<readonly string[]> {
  const named = destinationRules.column('credentials', (rule) => {
    const names = credentialsOf(rule);
    const { namespace } = rule.metadata;
    return names.length === 0 ? undefined : { names, namespace, exportTo: exportToOf(rule.spec.exportTo, namespace) };
  });
  const unsaid = graph.query('mesh.credentialsExportTo', () => config().defaultDestinationRuleExportTo ?? 'all');
  return graph.query('mesh.ruleCredentials', (client) => {
    const seen = destinationRules.keys().flatMap((key) => {
      const { names, namespace, exportTo } = named(key) ?? { names: [], namespace: '', exportTo: undefined };
      return isVisible(exportTo ?? defaultFor(unsaid(''), namespace), client) ? names : [];
    });
    return [...new Set(seen)].sort();
  });
}

function credentialsOf({ spec }: DestinationRule): readonly string[] {
  const policies = [spec.trafficPolicy, ...(spec.subsets ?? []).map((subset) => subset?.trafficPolicy)];
  return [...new Set(policies.flatMap((policy) => (policy ? credentialsIn(policy) : [])))];
}

function credentialsIn({ tls, portLevelSettings = [] }: IstioTrafficPolicy): readonly string[] {
  const all = [tls, ...portLevelSettings.map((port) => port?.tls)];
  return all.flatMap((settings) => settings?.credentialName || []);
}
