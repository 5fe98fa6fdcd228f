/**
 * A mesh for tests of this room: tables that a test writes, instead of objects that a parser reads. One rule per host,
 * seen by all; a workload serves what selects its `app` label.
 */
import type { Graph, Table } from '../graph/index.ts';
import {
  DEFAULT_MESH_CONFIG,
  type Endpoint,
  type InboundPort,
  type Mesh,
  type MeshConfig,
  type ObjectKey,
  type Service,
  type Subset,
  type TrafficPolicy,
} from '../mesh/index.ts';

export interface FakeMesh {
  readonly mesh: Mesh;
  readonly services: Table<Service>;
  /** By `serviceId:port`. */
  readonly endpoints: Table<readonly Endpoint[]>;
  /** By service id. */
  readonly rules: Table<FakeRule>;
  /** By `app` label. */
  readonly inbound: Table<readonly InboundPort[]>;
  readonly config: Table<MeshConfig>;
}

export interface FakeRule {
  readonly subsets: readonly Subset[];
  readonly policy: Partial<TrafficPolicy>;
}

const EMPTY: TrafficPolicy = {
  origin: undefined,
  loadBalancer: undefined,
  warmup: undefined,
  connectionPool: {},
  outlierDetection: undefined,
  proxyProtocol: undefined,
  tls: undefined,
};

export function fakeMesh(graph: Graph): FakeMesh {
  const services = graph.table<Service>('services');
  const endpoints = graph.table<readonly Endpoint[]>('endpoints');
  const rules = graph.table<FakeRule>('rules');
  const inbound = graph.table<readonly InboundPort[]>('inbound');
  const config = graph.table<MeshConfig>('config');
  const byHost = services.index('host', ({ host }) => [host]);
  const hosts = graph.query('fake.hosts', () => services.keys().map((id) => id.slice(id.indexOf('/') + 1)));
  const hasRule = graph.query('fake.hasRule', (id) => rules.get(id) !== undefined);
  const subsets = graph.query('fake.subsets', (id) => rules.get(id)?.subsets ?? []);
  const policy = graph.query('fake.policy', (id): TrafficPolicy => ({ ...EMPTY, ...rules.get(id)?.policy }));
  const mesh: Mesh = {
    config: () => config.get('') ?? DEFAULT_MESH_CONFIG,
    service: (id) => services.get(id),
    visibleHosts: () => hosts(''),
    ownHosts: () => [],
    serviceOf: (_, host) => byHost(host)[0],
    endpoints: (id, port) => endpoints.get(`${id}:${port}`) ?? [],
    ruleFor: (_, id) => (hasRule(id) ? id : undefined),
    subsets: (rule) => (rule === undefined ? [] : subsets(rule)),
    trafficPolicy: (rule) => (rule === undefined ? EMPTY : policy(rule)),
    ruleObjects: (rule) => [`networking.istio.io/DestinationRule/${rule.replace('/', '/rule-')}` as ObjectKey],
    inboundPorts: (_, labels) => inbound.get(labels.app ?? '') ?? [],
    selectorKeys: () => ['app'],
    isNamedAddress: () => false,
    ruleCredentials: () => [],
    ruleSecrets: () => [],
    credentials: {
      keyPair: (namespace, name) => ({ problem: `there is no usable Secret ${namespace}/${name}` }),
      authorities: (namespace, name) => ({ problem: `there is no usable Secret ${namespace}/${name}` }),
    },
    problems: () => [],
  };
  return { mesh, services, endpoints, rules, inbound, config };
}

/** `cart` in namespace `shop`, with one HTTP port unless said otherwise. */
export function fakeService(name: string, over: Partial<Service> = {}): Service {
  const host = over.host ?? `${name}.shop.svc.cluster.local`;
  return {
    id: `shop/${host}`,
    host,
    namespace: 'shop',
    name,
    origin: { object: `/Service/shop/${name}` as ObjectKey, path: '' },
    kind: 'kubernetes',
    addresses: [],
    ports: [{ number: 80, name: 'http', protocol: 'http' }],
    resolution: 'endpoints',
    external: false,
    exportTo: 'all',
    shortNames: true,
    ...over,
  };
}

export function fakeEndpoint(address: string, over: Partial<Endpoint> = {}): Endpoint {
  return {
    address,
    port: 8080,
    labels: {},
    locality: { region: '', zone: '', subZone: '' },
    weight: 1,
    health: 'healthy',
    network: '',
    serviceAccount: 'default',
    speaksMtls: false,
    workload: undefined,
    ...over,
  };
}
