import {
  type AuthorizationCondition,
  type AuthorizationOperation,
  type AuthorizationPolicy,
  type AuthorizationRule,
  type AuthorizationSource,
  dryRunOf,
  parseConditionKey,
  writtenPath,
} from '../../api/index.ts';
import type { Policy, Rule } from '../authorization.ts';
import type { Condition } from '../condition.ts';
import { type Doubtful, settle, UNKNOWN } from '../logic.ts';
import { closeTemplates } from '../path-template.ts';
import {
  type Home,
  readerOf,
  readHost,
  readLists,
  readMethod,
  readNamespace,
  readPath,
  readPort,
  readPrincipal,
  readRemoteIp,
  readRequestPrincipal,
  readServiceAccount,
  readSourceIp,
} from './values.ts';

/**
 * What an AuthorizationPolicy asks of calls. Of what nobody can read, the worst is taken for true: a rule that lets in
 * does not match there, and all others do.
 */
export function policyOf(policy: AuthorizationPolicy, domains: readonly string[]): Policy {
  const { metadata, key, spec } = policy;
  const { name, namespace } = metadata;
  const { action = 'ALLOW', rules = [] } = spec ?? {};
  const closed = (asked: Doubtful): Condition =>
    action === 'ALLOW'
      ? closeTemplates(settle(asked, 'no'), 'opening')
      : closeTemplates(settle(asked, 'yes'), 'closing');
  const home = { namespace, domains };
  return {
    name,
    namespace,
    origin: { object: key, path: 'spec' },
    dryRun: isDryRun(policy),
    rules: rules.map((rule, i) => {
      const { from, to } = askedBy(rule, home);
      const origin = { object: key, path: writtenPath(policy, `spec.rules[${i}]`) };
      return { origin, from: closed(from), to: closed(to) } satisfies Rule;
    }),
  };
}

/** Only where it lets in or denies: to ask somebody and not to listen would be no dry run. */
export function isDryRun({ metadata, spec }: AuthorizationPolicy): boolean {
  const { action = 'ALLOW' } = spec ?? {};
  return (action === 'ALLOW' || action === 'DENY') && dryRunOf(metadata) === true;
}

/** As Istio puts it: conditions stand in every source, or every operation. */
function askedBy({ from, to, when = [] }: AuthorizationRule, home: Home): { from: Doubtful; to: Doubtful } {
  const conditions = when.map((condition) => ({ isTarget: isTarget(condition), asked: conditionOf(condition, home) }));
  const ofSource = conditions.filter(({ isTarget: other }) => !other).flatMap(({ asked }) => asked);
  const ofTarget = conditions.filter(({ isTarget: other }) => other).flatMap(({ asked }) => asked);
  const sources = from?.map(({ source }) => sourceOf(source, home)) ?? [[]];
  const operations = to?.map(({ operation }) => operationOf(operation, home)) ?? [[]];
  return {
    from: { kind: 'any', of: sources.map((asked) => ({ kind: 'all', of: [...asked, ...ofSource] })) },
    to: { kind: 'any', of: operations.map((asked) => ({ kind: 'all', of: [...asked, ...ofTarget] })) },
  };
}

function sourceOf(source: AuthorizationSource, home: Home): readonly Doubtful[] {
  const { notPrincipals, notRequestPrincipals, notServiceAccounts, notNamespaces } = source;
  return [
    ...readLists(readPrincipal, home, source.principals, notPrincipals),
    ...readLists(readRequestPrincipal, home, source.requestPrincipals, notRequestPrincipals),
    ...readLists(readServiceAccount, home, source.serviceAccounts, notServiceAccounts),
    ...readLists(readNamespace, home, source.namespaces, notNamespaces),
    ...readLists(readRemoteIp, home, source.remoteIpBlocks, source.notRemoteIpBlocks),
    ...readLists(readSourceIp, home, source.ipBlocks, source.notIpBlocks),
  ];
}

function operationOf(operation: AuthorizationOperation, home: Home): readonly Doubtful[] {
  return [
    ...readLists(readHost, home, operation.hosts, operation.notHosts),
    ...readLists(readMethod, home, operation.methods, operation.notMethods),
    ...readLists(readPath, home, operation.paths, operation.notPaths),
    ...readLists(readPort, home, operation.ports, operation.notPorts),
  ];
}

function conditionOf({ key, values, notValues }: AuthorizationCondition, home: Home): readonly Doubtful[] {
  const known = parseConditionKey(key);
  return known ? readLists(readerOf(known), home, values, notValues) : [UNKNOWN];
}

function isTarget({ key }: AuthorizationCondition): boolean {
  return /^(destination|connection|experimental)\./.test(key);
}
