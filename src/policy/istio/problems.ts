import { type AuthorizationPolicy, parseConditionKey, UNREADABLE, writtenPath } from '../../api/index.ts';
import type { Mesh, Protocol } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import type { Rule } from '../authorization.ts';
import { ALWAYS, isHttp, NEVER } from '../condition.ts';
import { hasLeaf, isNever, mapLeaves, ruleForTcp, settle, UNKNOWN } from '../logic.ts';
import { selectsNobody } from '../mtls-problems.ts';
import { type Check, type Finding, istioName } from '../problems.ts';
import type { Heading } from '../scope.ts';
import { targetProblems } from '../target-problems.ts';
import type { KnownWorkload, Workloads } from '../workloads.ts';
import type { IstioAuthorization } from './index.ts';
import { policyOf } from './policy.ts';
import { isForeign } from './trust-domains.ts';

interface Sources {
  readonly store: Tables;
  readonly mesh: Mesh;
  readonly istio: IstioAuthorization;
  readonly workloads: Workloads;
  readonly domains: () => readonly string[];
  readonly root: () => string;
}

/** An AuthorizationPolicy among the others, and among the workloads that it is about. */
export function authorizationProblems(sources: Sources): Check {
  const { store, istio } = sources;
  return (row) => {
    const policy = store.authorizationPolicies.get(row);
    const heading = istio.scope.heading(row);
    if (!policy || !heading) return [];
    return [
      ...targetProblems(policy),
      ...providerProblems(sources, policy, heading),
      ...foreigners(policy, sources.domains()),
      ...amongWorkloads(sources, policy, heading),
    ];
  };
}

function providerProblems({ istio, root }: Sources, policy: AuthorizationPolicy, heading: Heading): readonly Finding[] {
  const name = policy.spec?.provider?.name;
  if (name === undefined || name === UNREADABLE) return [];
  const at = { severity: 'error', path: 'spec.provider.name' } as const;
  const { reason } = istio.provider(name);
  if (reason !== undefined) {
    return [{ ...at, code: 'unknown-provider', message: `${reason}: what the rules match is denied` }];
  }
  const around = [...new Set([heading.age.namespace, root()])].flatMap(istio.scope.headings);
  const other = around.find((one) => {
    const [asked] = istio.providersOf([one.row]);
    return asked !== undefined && asked !== '' && asked !== name && mayMeet(one, heading);
  });
  if (!other) return [];
  const message = `one workload cannot ask two providers, and ${istioName('AuthorizationPolicy', other)} has another one: where both hold, what either matches is denied`;
  return [{ ...at, code: 'several-providers', message, hint: 'use one provider for all policies of a workload' }];
}

/** Whether some workload may be meant by both. */
function mayMeet(a: Heading, b: Heading): boolean {
  if (a.targets || b.targets) return false;
  return Object.entries(a.labels).every(([key, value]) => (b.labels[key] ?? value) === value);
}

/** Principals of meshes that are not trusted here. */
function foreigners(policy: AuthorizationPolicy, domains: readonly string[]): readonly Finding[] {
  const rules = policy.spec?.rules ?? [];
  return rules.flatMap(({ from = [], when = [] }, i) => {
    const lists = [
      ...from.flatMap(({ source: { principals, notPrincipals } }, j) =>
        Object.entries({ principals, notPrincipals }).map(([field, list]) => ({
          at: `from[${j}].source.${field}`,
          list,
        })),
      ),
      ...when.flatMap(({ key, values, notValues }, j) =>
        key === 'source.principal'
          ? Object.entries({ values, notValues }).map(([field, list]) => ({ at: `when[${j}].${field}`, list }))
          : [],
      ),
    ];
    return lists.flatMap(({ at, list = [] }) =>
      list.flatMap((principal, k) =>
        isForeign(principal, domains)
          ? [foreigner(principal, writtenPath(policy, `spec.rules[${i}].${at}[${k}]`), domains)]
          : [],
      ),
    );
  });
}

function foreigner(principal: string, path: string, domains: readonly string[]): Finding {
  const domain = principal.slice(0, principal.indexOf('/'));
  const message = `the trust domain ${domain} is neither this mesh's own nor one of its aliases: nobody of it can connect`;
  const hint = `${domains.length > 1 ? 'trust domains' : 'the trust domain'} of this mesh: ${domains.join(', ')}`;
  return { severity: 'warning', code: 'foreign-trust-domain', path, message, hint };
}

/** Nothing is said of a policy of the root namespace: it is about all namespaces. */
function amongWorkloads(
  { mesh, workloads, domains, root }: Sources,
  policy: AuthorizationPolicy,
  { age, labels, targets }: Heading,
): readonly Finding[] {
  const { namespace } = age;
  if (targets || namespace === root()) return [];
  const all = workloads.of(namespace);
  const selected = all.filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value));
  if (all.length > 0 && selected.length === 0) return [selectsNobody(namespace)];
  // Where no workloads are told of, services tell what one with these labels would serve.
  const known: readonly KnownWorkload[] = all.length > 0 ? selected : [{ labels, addresses: [], pod: undefined }];
  const served = known.flatMap((one) => mesh.inboundPorts(namespace, one.labels, one.addresses));
  const tcp = served.flatMap(({ targetPort, protocol }) => (isTcp(protocol) ? [targetPort] : []));
  const ports = new Set(known.flatMap((one) => [...workloads.portsOf(namespace, one)]));
  return [
    ...(all.length > 0 ? strangePorts(policy, ports) : []),
    ...unseenByTcp(policy, domains(), new Set(tcp.toSorted((a, b) => a - b))),
  ];
}

function isTcp(protocol: Protocol): boolean {
  return ['https', 'tls', 'tcp', 'mongo', 'redis', 'mysql'].includes(protocol);
}

function strangePorts(policy: AuthorizationPolicy, ports: ReadonlySet<number>): readonly Finding[] {
  const rules = policy.spec?.rules ?? [];
  const written = rules.flatMap(({ to = [], when = [] }, i) => [
    ...to.flatMap(({ operation }, j) =>
      (operation.ports ?? []).map((port, k) => ({ port, at: `spec.rules[${i}].to[${j}].operation.ports[${k}]` })),
    ),
    ...when.flatMap(({ key, values = [] }, j) =>
      parseConditionKey(key)?.kind === 'port'
        ? values.map((port, k) => ({ port, at: `spec.rules[${i}].when[${j}].values[${k}]` }))
        : [],
    ),
  ]);
  return written
    .filter(({ port }) => port !== UNREADABLE && !ports.has(Number(port)))
    .map(({ port, at }) => strangePort(port, writtenPath(policy, at), [...ports]));
}

function strangePort(port: string, path: string, ports: readonly number[]): Finding {
  const known = ports.toSorted((a, b) => a - b).join(', ');
  const message = `no selected workload is known to listen on port ${port}`;
  const hint = known && `known ports: ${known} (those of the workload, not of its Service)`;
  return { severity: 'warning', code: 'unknown-port', path, message, ...(hint && { hint }) };
}

/** Rules that deny more than they say, since they ask a connection for what only a request has. */
function unseenByTcp(
  policy: AuthorizationPolicy,
  domains: readonly string[],
  tcp: ReadonlySet<number>,
): readonly Finding[] {
  const { action = 'ALLOW' } = policy.spec ?? {};
  if (tcp.size === 0 || (action !== 'DENY' && action !== 'CUSTOM')) return [];
  return policyOf(policy, domains).rules.flatMap((rule): readonly Finding[] => {
    if (!hasLeaf(rule.from, isHttp) && !hasLeaf(rule.to, isHttp)) return [];
    const { to } = ruleForTcp(rule, true)!;
    const ports = [...tcp].filter((port) => mayBeFor(to, port));
    if (ports.length === 0) return [];
    const effect = action === 'DENY' ? 'denies' : 'asks about';
    const message = `asks for what only HTTP has: on TCP ${ports.length > 1 ? 'ports' : 'port'} ${ports.join(', ')} it ${effect} all connections that the rest of it matches`;
    const hint = 'name the HTTP ports that it is for in operation.ports';
    return [{ severity: 'warning', code: 'http-rule-on-tcp-port', path: rule.origin.path, message, hint }];
  });
}

function mayBeFor(to: Rule['to'], port: number): boolean {
  const onPort = mapLeaves(to, (leaf) => (leaf.kind === 'port' ? (leaf.port === port ? ALWAYS : NEVER) : UNKNOWN));
  return !isNever(settle(onPort, 'yes'));
}
