import { type DestinationRule, objectKey } from '../api/index.ts';
import type { Graph, Query } from '../graph/index.ts';
import { shareOf } from '../lib/shares.ts';
import type { Tables } from '../store/index.ts';
import { audiences, audiencesOf, defaultFor, exportToOf, isVisible, shareAudience } from './export-to.ts';
import { hostMatches, isWildcard, moreSpecific, resolveHost } from './host.ts';
import type { Mesh, RuleId, Subset } from './mesh.ts';
import type { MeshConfig } from './mesh-config.ts';
import { EMPTY_POLICY, policyOf } from './policy-levels.ts';
import { type Aged, agedBy, byAge } from './precedence.ts';
import type { ExportTo } from './service.ts';
import { parseServiceId } from './service-id.ts';

export interface Rules extends Pick<Mesh, 'ruleFor' | 'subsets' | 'trafficPolicy' | 'ruleObjects'> {
  /** The full host that a rule governs. */
  readonly hostOf: (rule: DestinationRule) => string;
  /** Hosts and wildcards of which a namespace has rules that nobody else has, or that come first there. */
  readonly ownPatterns: Query<readonly string[]>;
  /** Rules of the same namespace for the same host and partly the same clients that come before one, by their rows. */
  readonly olderForHost: (row: string) => readonly string[];
}

/** What decides whether a rule governs a service for a client; it changes far less often than the rule. */
interface Standing {
  readonly host: string;
  readonly exportTo: ExportTo;
  readonly age: Aged;
}

/**
 * DestinationRules: which of them govern, and what they say together.
 * https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
export function createRules(graph: Graph, store: Tables, config: () => MeshConfig, clusterDomain: string): Rules {
  const hostOf = (rule: DestinationRule): string =>
    resolveHost(rule.spec.host, rule.metadata.namespace, { clusterDomain });
  const byHost = store.destinationRules.index('byHost', (rule) => [groupOf(rule.metadata.namespace, hostOf(rule))]);
  const rootNamespace = graph.query('mesh.rootNamespace', () => config().rootNamespace);
  const unsaid = graph.query('mesh.defaultRuleExportTo', () => config().defaultDestinationRuleExportTo ?? 'all');

  const byAudience = store.destinationRules.index('byAudience', (rule) =>
    audiences(saidExportTo(rule), rule.metadata.namespace),
  );
  const byNamespace = store.destinationRules.index('byNamespace', ({ metadata }) => [metadata.namespace]);
  const heading = store.destinationRules.column('heading', (rule) => {
    return { host: hostOf(rule), exportTo: saidExportTo(rule), age: agedBy(rule.metadata) };
  });
  const standing = (key: string): Standing => {
    const { exportTo, ...said } = heading(key)!;
    return { ...said, exportTo: exportTo ?? defaultFor(unsaid(''), said.age.namespace) };
  };
  const ordered = graph.query('mesh.rulesByHost', (group): readonly Standing[] =>
    byHost(group)
      .map(standing)
      .sort((a, b) => moreSpecific(a.host, b.host) || byAge(a.age, b.age)),
  );

  /** The rules of one namespace with the most specific host, as far as they are seen. */
  const pick = (namespace: string, host: string, isSeen: (rule: Standing) => boolean): RuleId | undefined => {
    const exact = isWildcard(host) ? [] : ordered(groupOf(namespace, host));
    const own = exact.filter((rule) => rule.host === host && isSeen(rule));
    if (own.length > 0) return ruleId(namespace, own);
    const wild = ordered(groupOf(namespace, '*')).filter((rule) => hostMatches(rule.host, host) && isSeen(rule));
    return wild.length === 0
      ? undefined
      : ruleId(
          namespace,
          wild.filter((rule) => rule.host === wild[0]!.host),
        );
  };

  const ruleFor = (client: string, service: string): RuleId | undefined => {
    const { namespace: owner, host } = parseServiceId(service);
    const root = rootNamespace('');
    const isSeen = (rule: Standing): boolean => isVisible(rule.exportTo, client);
    // Rules of the root namespace are the mesh's last word, not a client's own: only its private ones come first.
    const isOwn = client === root ? (rule: Standing) => isPrivate(rule.exportTo, root) : isSeen;
    return pick(client, host, isOwn) ?? pick(owner, host, isSeen) ?? pick(root, host, isSeen);
  };

  const ownPatterns = graph.query('mesh.ownRulePatterns', (namespace) => {
    const own = byNamespace(namespace).map(standing);
    const isRoot = namespace === rootNamespace('');
    const first = isRoot ? own.filter(({ exportTo }) => isPrivate(exportTo, namespace)) : own;
    const forIt = audiencesOf(unsaid(''), namespace).flatMap(byAudience).map(standing);
    return [...new Set([...first, ...forIt].map(({ host }) => host))];
  });

  const olderForHost = (row: string): readonly string[] => {
    const own = standing(row);
    const { namespace } = own.age;
    return ordered(groupOf(namespace, own.host))
      .filter(
        (rule) => rule.host === own.host && byAge(rule.age, own.age) < 0 && shareAudience(rule.exportTo, own.exportTo),
      )
      .map(({ age }) => `${namespace}/${age.name}`);
  };

  const objects = (rule: RuleId): readonly DestinationRule[] =>
    rowsOf(rule).flatMap((key) => store.destinationRules.get(key) ?? []);

  const subsets = graph.query('mesh.subsets', (rule: RuleId): readonly Subset[] => {
    const all = objects(rule).flatMap(({ spec }) => spec.subsets ?? []);
    return all
      .filter(({ name }, i) => i === all.findIndex((subset) => subset.name === name))
      .map(({ name, labels = {} }) => ({ name, labels }));
  });

  const trafficPolicy = graph.query('mesh.trafficPolicy', (key) => {
    const [rule = '', port = '', subset] = key.split('|');
    return policyOf(objects(rule), Number(port), subset);
  });

  return {
    hostOf,
    olderForHost,
    ownPatterns,
    ruleFor,
    subsets: (rule) => (rule === undefined ? [] : subsets(rule)),
    trafficPolicy: (rule, port, subset) => {
      if (rule === undefined) return EMPTY_POLICY;
      return trafficPolicy(subset === undefined ? `${rule}|${port}` : `${rule}|${port}|${subset}`);
    },
    ruleObjects: (rule) =>
      rowsOf(rule).map((row) => {
        const [namespace = '', name = ''] = row.split('/');
        return objectKey('networking.istio.io', 'DestinationRule', namespace, name);
      }),
  };
}

/** A rule for some clients of a namespace only is none for the namespace; its parser tells. */
function saidExportTo({ spec, metadata }: DestinationRule): ExportTo | undefined {
  return spec.workloadSelector ? [] : exportToOf(spec.exportTo, metadata.namespace);
}

/** Hosts in shares, wildcards together: a cell for each namespace and host would outgrow the mesh. */
function groupOf(namespace: string, host: string): string {
  return isWildcard(host) ? `${namespace}|*` : `${namespace}|${shareOf(host)}`;
}

function isPrivate(exportTo: ExportTo, namespace: string): boolean {
  return exportTo !== 'all' && exportTo.length === 1 && exportTo[0] === namespace;
}

/** `shop/cart+cart-v2`: what governs, oldest first. */
function ruleId(namespace: string, rules: readonly Standing[]): RuleId {
  return `${namespace}/${rules.map(({ age }) => age.name).join('+')}`;
}

function rowsOf(rule: RuleId): readonly string[] {
  const slash = rule.indexOf('/');
  const names = rule.slice(slash + 1).split('+');
  return names.map((name) => `${rule.slice(0, slash)}/${name}`);
}
