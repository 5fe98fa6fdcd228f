import type { ClientTlsSettings, DestinationRule, Origin } from '../api/index.ts';
import { isUnreadableTls, writtenPath } from '../api/index.ts';
import type { Graph, Query } from '../graph/index.ts';
import type { Tables } from '../store/index.ts';
import { clientTlsOf } from './client-tls.ts';
import type { Credentials } from './credentials.ts';
import { defaultFor, exportToOf, isVisible } from './export-to.ts';
import type { MeshConfig } from './mesh-config.ts';
import type { ExportTo } from './service.ts';

/** A Secret that a DestinationRule names, and what of it the rule needs. */
export interface RuleCredential {
  /** The `credentialName`. */
  readonly name: string;
  readonly needsPair: boolean;
  readonly needsAuthorities: boolean;
  /** The `credentialName` in its rule. */
  readonly origin: Origin;
}

export interface RuleCredentials {
  /** Of all rules that a namespace sees: what its gateways may need. */
  readonly seenBy: Query<readonly RuleCredential[]>;
  readonly namesSeenBy: Query<readonly string[]>;
  /** Of one rule, by its row. */
  readonly ofRule: (row: string) => readonly RuleCredential[];
  readonly isSeenBy: (row: string, namespace: string) => boolean;
}

/** The credentials that DestinationRules name. */
export function createRuleCredentials(
  graph: Graph,
  { destinationRules }: Tables,
  config: () => MeshConfig,
): RuleCredentials {
  const named = destinationRules.column('credentials', (rule) => {
    const credentials = credentialsOf(rule);
    return credentials.length === 0 ? undefined : { credentials, exportTo: saidExportTo(rule) };
  });
  const unsaid = graph.query('mesh.credentialsExportTo', () => config().defaultDestinationRuleExportTo ?? 'all');
  const isSeenBy = (row: string, client: string): boolean => {
    const exportTo = named(row)?.exportTo ?? defaultFor(unsaid(''), row.slice(0, row.indexOf('/')));
    return isVisible(exportTo, client);
  };
  const ofRule = (row: string): readonly RuleCredential[] => named(row)?.credentials ?? [];
  const seenBy = graph.query('mesh.ruleCredentials', (client) =>
    destinationRules.keys().flatMap((row) => ofRule(row).filter(() => isSeenBy(row, client))),
  );
  const namesSeenBy = graph.query('mesh.ruleCredentialNames', (client) =>
    [...new Set(seenBy(client).map(({ name }) => name))].sort(),
  );
  return { seenBy, namesSeenBy, ofRule, isSeenBy };
}

/** Why a proxy of a namespace lacks what a rule needs: `there is no usable Secret shop/cart`. Undefined: it has it all. */
export function lackOf(
  { keyPair, authorities }: Credentials,
  namespace: string,
  { name, needsPair, needsAuthorities }: RuleCredential,
): string | undefined {
  const found = [...(needsPair ? [keyPair] : []), ...(needsAuthorities ? [authorities] : [])];
  return found.map((look) => look(namespace, name)).find((credential) => 'problem' in credential)?.problem;
}

/** A rule for some clients of a namespace only is none for the namespace. */
function saidExportTo({ spec, metadata }: DestinationRule): ExportTo | undefined {
  return spec.workloadSelector ? [] : exportToOf(spec.exportTo, metadata.namespace);
}

function credentialsOf(rule: DestinationRule): readonly RuleCredential[] {
  const { trafficPolicy, subsets = [] } = rule.spec;
  const policies = [
    { at: 'spec.trafficPolicy', policy: trafficPolicy },
    ...subsets.map((subset, i) => ({ at: `spec.subsets[${i}].trafficPolicy`, policy: subset.trafficPolicy })),
  ];
  const settings = policies.flatMap(({ at, policy }) => [
    { at, tls: policy?.tls },
    ...(policy?.portLevelSettings ?? []).map(({ tls }, i) => ({ at: `${at}.portLevelSettings[${i}]`, tls })),
  ]);
  return settings.flatMap(({ at, tls }): readonly RuleCredential[] => {
    const path = writtenPath(rule, `${at}.tls.credentialName`);
    return tls?.credentialName && !isUnreadableTls(tls)
      ? [{ name: tls.credentialName, ...needsOf(tls), origin: { object: rule.key, path } }]
      : [];
  });
}

function needsOf(settings: ClientTlsSettings): Pick<RuleCredential, 'needsPair' | 'needsAuthorities'> {
  const tls = clientTlsOf(settings);
  return {
    needsPair: tls.mode === 'mutual' && tls.certificate.from === 'secret',
    needsAuthorities: (tls.mode === 'mutual' || tls.mode === 'simple') && tls.trust.from === 'secret',
  };
}
