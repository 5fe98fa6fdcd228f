import type { Graph, Query } from '../graph/index.ts';
import {
  ELSEWHERE,
  type Labels,
  type LoadBalancer,
  type Mesh,
  type Protocol,
  type RuleId,
  type Service,
  type ServiceId,
  type ServicePort,
} from '../mesh/index.ts';
import { backendObject, backendPort, type GatewayApi, numberedPort } from '../route/index.ts';
import type { View } from '../view/index.ts';
import { type Discovery, discoveryOf } from './clusters/discovery.ts';
import { outboundClusterName } from './names.ts';

/** Everything of a view that decides what it can call, as a key: `intercepted/shop`. */
export type Scope = string;

/** A cluster that a scope has, by its inputs. */
export interface OutboundSpec {
  readonly name: string;
  readonly service: ServiceId;
  readonly port: number;
  readonly subset: string | undefined;
  readonly labels: Labels;
  readonly rule: RuleId | undefined;
  readonly discovery: Discovery;
  readonly detectsProtocol: boolean;
  /** Nobody said what it speaks, and a GRPCRoute sends there. */
  readonly isGrpc?: boolean;
  /** A policy says how Gateways encrypt it: this key of `GatewayApi.backendTls` knows. */
  readonly backendTls?: string;
  /** A policy says how many retries it bears: this key of `GatewayApi.retryBudget` knows. */
  readonly budgeted?: string;
  /** The Secret, `namespace/name`, that a Gateway shows there. */
  readonly clientCertificate?: string;
}

/**
 * The clusters of one service under one rule: the same for all scopes of a kind that see the service so. Their resources
 * are remembered under this key, so that a further namespace costs three reads a host.
 */
export type CallId = string;

/** What scopes can call: asked by clusters, endpoints and listeners alike, so that they agree. */
export interface Outbound {
  readonly hosts: (scope: Scope) => readonly string[];
  /** Those that may be called otherwise from this scope than from the one `elsewhere`. */
  readonly ownHosts: (scope: Scope) => readonly string[];
  readonly serviceOf: (scope: Scope, host: string) => Service | undefined;
  /** Undefined: the scope sees no service of this host. */
  readonly callOf: (scope: Scope, host: string) => CallId | undefined;
  readonly specsOf: (call: CallId) => readonly OutboundSpec[];
  readonly clusters: (scope: Scope, host: string) => readonly OutboundSpec[];
}

export function scopeOf({ role, interception, namespace }: View): Scope {
  if (role === 'router') return `router/${namespace}`;
  return interception === 'none' ? `direct/${namespace}` : `intercepted/${namespace}`;
}

export type ScopeKind = 'router' | 'direct' | 'intercepted';

export function parseScope(scope: Scope): { kind: ScopeKind; namespace: string } {
  const [kind, namespace] = scope.split('/');
  return { kind: kind as ScopeKind, namespace: namespace! };
}

/** The scope of its kind that sees what all see. */
export function elsewhere(scope: Scope): Scope {
  return `${parseScope(scope).kind}/${ELSEWHERE}`;
}

/** The host in `outbound|80|v2|cart.shop`: clusters and endpoints of one service are gathered together. */
export function hostOf(clusterName: string): string {
  return clusterName.slice(clusterName.lastIndexOf('|') + 1);
}

export function createOutbound(
  graph: Graph,
  mesh: Mesh,
  api: Pick<GatewayApi, 'backendTls' | 'isGrpcBackend' | 'retryBudget'>,
): Outbound {
  // Only whether there is one, so that whoever asks does not wake when certificates change.
  const isSecured = graph.query('outbound.hasBackendTls', (key) => api.backendTls.of(key) !== undefined);
  const backendTlsOf = (service: Service, port: ServicePort): string | undefined => {
    if (service.kind !== 'kubernetes') return undefined;
    const key = backendPort(`${service.namespace}/${service.name}`, port.name);
    return isSecured(key) ? key : undefined;
  };
  const isLimited = graph.query('outbound.hasRetryBudget', (object) => api.retryBudget(object) !== undefined);
  const budgetedAs = ({ kind, namespace, name }: Service): string | undefined => {
    const object = backendObject('Service', `${namespace}/${name}`);
    return kind === 'kubernetes' && isLimited(object) ? object : undefined;
  };
  const speaksGrpc = ({ kind, namespace, name }: Service, { number, protocol }: ServicePort): boolean =>
    UNDECIDED.includes(protocol) &&
    kind === 'kubernetes' &&
    api.isGrpcBackend(numberedPort(`${namespace}/${name}`, number));
  const balancer = createBalancerKinds(graph, mesh);
  const serviceOf = (scope: Scope, host: string): Service | undefined => {
    const id = mesh.serviceOf(parseScope(scope).namespace, host);
    return id === undefined ? undefined : mesh.service(id);
  };
  const callOf = (scope: Scope, host: string): CallId | undefined => {
    const { kind, namespace } = parseScope(scope);
    const service = mesh.serviceOf(namespace, host);
    return service === undefined ? undefined : JSON.stringify([kind, service, mesh.ruleFor(namespace, service)]);
  };
  const specsOf = (call: CallId): readonly OutboundSpec[] => {
    const [kind, id, ruled] = JSON.parse(call) as [ScopeKind, ServiceId, RuleId | null];
    const service = mesh.service(id);
    if (!service) return [];
    const rule = ruled ?? undefined;
    const subsets = [{ name: undefined, labels: {} }, ...mesh.subsets(rule)];
    const budgeted = budgetedAs(service);
    return portsToCall(service).flatMap((port) => {
      const backendTls = kind === 'router' ? backendTlsOf(service, port) : undefined;
      const isGrpc = speaksGrpc(service, port);
      return subsets.map(({ name: subset, labels }) => ({
        name: outboundClusterName(port.number, subset, service.host),
        service: id,
        port: port.number,
        subset,
        labels,
        rule,
        discovery: discoveryOf(service, balancer(rule, port.number, subset), kind === 'intercepted'),
        // A router is told by its Gateway what it speaks, so there is nothing to detect.
        detectsProtocol: port.protocol === 'auto' && kind !== 'router' && !isGrpc,
        ...(isGrpc && { isGrpc }),
        ...(backendTls !== undefined && { backendTls }),
        ...(budgeted !== undefined && { budgeted }),
      }));
    });
  };
  const clusters = (scope: Scope, host: string): readonly OutboundSpec[] => {
    const call = callOf(scope, host);
    return call === undefined ? [] : specsOf(call);
  };
  const hosts = (scope: Scope): readonly string[] => mesh.visibleHosts(parseScope(scope).namespace);
  const ownHosts = (scope: Scope): readonly string[] => mesh.ownHosts(parseScope(scope).namespace);
  return { hosts, ownHosts, serviceOf, callOf, specsOf, clusters };
}

/** They do not say that requests are spoken, nor by which version of HTTP. */
const UNDECIDED: readonly Protocol[] = ['auto', 'tcp', 'tls', 'https'];

/** UDP is not proxied. */
export function portsToCall(service: Service): readonly ServicePort[] {
  return service.ports.filter(({ protocol }) => protocol !== 'udp');
}

/** Only the kind of load balancer, so that whoever asks does not wake when a pool size changes. */
function createBalancerKinds(
  graph: Graph,
  mesh: Mesh,
): (rule: RuleId | undefined, port: number, subset: string | undefined) => LoadBalancer['kind'] | undefined {
  const kind: Query<LoadBalancer['kind'] | undefined> = graph.query('outbound.balancer', (key) => {
    const [rule, port, subset] = JSON.parse(key) as [RuleId, number, string | null];
    return mesh.trafficPolicy(rule, port, subset ?? undefined).loadBalancer?.kind;
  });
  return (rule, port, subset) => (rule === undefined ? undefined : kind(JSON.stringify([rule, port, subset ?? null])));
}
