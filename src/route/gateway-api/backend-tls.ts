import type { FullReference } from '../../api/index.ts';
import { type BackendTlsPolicy, EVERY_TARGET, type ObjectKey, type Origin, objectKey } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import { agedBy, byAge, type ClientTls } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import { type BackendValidation, validationOf } from './backend-validation.ts';
import type { CaCertificates } from './ca-references.ts';
import type { PolicyState, Verdict } from './gateway-api.ts';
import { GATEWAY_GROUP } from './group.ts';
import { no } from './verdict.ts';

/** How Gateways connect to a port of a Service, where a policy says it. */
export interface BackendTls {
  readonly origin: Origin;
  readonly tls: ClientTls;
}

export interface BackendTlsPolicies {
  /** By `backendPort`; undefined: nobody says anything. A policy that cannot be followed lets nobody connect. */
  readonly of: Query<BackendTls | undefined>;
  /** By `namespace/name` of a policy. */
  readonly state: Query<PolicyState | undefined>;
  /** The Services, `namespace/name`, that a policy is about. */
  readonly targets: Query<readonly string[]>;
}

/** A port of a Service, as a key. Policies name ports, they do not number them. */
export function backendPort(service: string, portName: string): string {
  return `${service}|${portName}`;
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#backendtlspolicy */
export function createBackendTls(
  graph: Graph,
  store: Tables,
  caCertificates: (to: FullReference) => CaCertificates,
): BackendTlsPolicies {
  const { backendTlsPolicies: policies } = store;
  const targets = policies.column('targets', servicesOf);
  const byService = policies.index('byService', servicesOf);
  const age = policies.column('age', ({ metadata }) => agedBy(metadata));
  const ports = store.services.column('portNames', ({ spec }) => (spec.ports ?? []).map(({ name = '' }) => name));

  const oldestFirst = graph.query('backendTls.ofService', (service): readonly string[] =>
    byService(service).toSorted((a, b) => byAge(age(a)!, age(b)!)),
  );
  /** The policy that holds for a Service (no section) or one port of it. */
  const holder = graph.query('backendTls.holder', (key): string | undefined => {
    const [service = '', section] = key.split('|');
    return oldestFirst(service).find((row) =>
      policies.get(row)!.spec.targetRefs.some((ref) => isService(ref) && names(row, ref, service, section)),
    );
  });
  const validation = graph.query('backendTls.validation', (row): BackendValidation => {
    const { spec, metadata } = policies.get(row)!;
    return validationOf(spec.validation, metadata.namespace, caCertificates);
  });

  return {
    of: graph.query('backendTls.of', (key): BackendTls | undefined => {
      const service = key.split('|')[0]!;
      const row = holder(key) ?? holder(service) ?? holder(everyOther(service));
      if (row === undefined) return undefined;
      return { origin: { object: keyOf(row), path: 'spec.validation' }, tls: validation(row).tls };
    }),
    state: graph.query('backendTls.state', (row): PolicyState | undefined => {
      const policy = policies.get(row);
      if (!policy) return undefined;
      const { accepted, resolvedRefs } = validation(row);
      return { accepted: targetVerdict(row, policy) ?? accepted, resolvedRefs };
    }),
    targets: (row) => targets(row) ?? [],
  };

  /** What is wrong with all that it is about; what holds for some of it is accepted. */
  function targetVerdict(row: string, { spec, metadata }: BackendTlsPolicy): Verdict | undefined {
    const verdicts = spec.targetRefs.map((ref, i) => judge(row, ref, metadata.namespace, i));
    return verdicts.every((verdict) => verdict !== undefined) ? verdicts[0] : undefined;
  }

  function judge(row: string, ref: TargetRef, namespace: string, i: number): Verdict | undefined {
    const at = `spec.targetRefs[${i}]`;
    const { kind, name, sectionName } = ref;
    if (!isService(ref)) return no('Invalid', `a ${kind} is nothing that this policy can be about: name a Service`, at);
    if (name === EVERY_TARGET) return no('Invalid', UNREADABLE, at);
    const service = `${namespace}/${name}`;
    const found = ports(service);
    if (!found) return no('TargetNotFound', `there is no usable Service ${service}`, at);
    if (sectionName !== undefined && !found.includes(sectionName)) {
      return no('TargetNotFound', `Service ${service} has no port called ${sectionName}`, `${at}.sectionName`);
    }
    const other = holder(sectionName === undefined ? service : backendPort(service, sectionName));
    if (other === undefined || other === row) return undefined;
    return no('Conflicted', `BackendTLSPolicy ${other}, which is older, holds for it already`, at);
  }
}

/** Whoever is not named by a policy that can be read. */
function everyOther(service: string): string {
  return `${service.split('/')[0]}/${EVERY_TARGET}`;
}

const UNREADABLE =
  'what it is about cannot be read: Gateways call no Service of its namespace that has no other policy';

type TargetRef = BackendTlsPolicy['spec']['targetRefs'][number];

function isService({ group, kind }: TargetRef): boolean {
  return group === '' && kind === 'Service';
}

function names(row: string, ref: TargetRef, service: string, section: string | undefined): boolean {
  return `${row.split('/')[0]}/${ref.name}` === service && ref.sectionName === section;
}

function servicesOf({ spec, metadata }: BackendTlsPolicy): readonly string[] {
  return [...new Set(spec.targetRefs.filter(isService).map(({ name }) => `${metadata.namespace}/${name}`))];
}

function keyOf(row: string): ObjectKey {
  const [namespace = '', name = ''] = row.split('/');
  return objectKey(GATEWAY_GROUP, 'BackendTLSPolicy', namespace, name);
}
