import { expect, test } from 'vitest';
import type { Labels, ObjectKey } from '../../api/index.ts';
import { Graph, type Table } from '../../graph/index.ts';
import { createMesh } from '../../mesh/index.ts';
import { createTables } from '../../store/tables.ts';
import { kindOf } from '../gateway-servers.ts';
import type { GatewayServer } from '../routing.ts';
import { parseBackendKey } from './backend.ts';
import { createGatewayApi } from './create-gateway-api.ts';
import type { AttachedRoute, GatewayApi, GatewayState, Listener } from './gateway-api.ts';
import { DEFAULT_GATEWAY_OPTIONS } from './options.ts';
import { createServers } from './servers.ts';
import { no, yes } from './verdict.ts';

interface Known {
  readonly gateways: Table<GatewayState>;
  readonly listeners: Table<readonly Listener[]>;
  readonly attached: Table<readonly AttachedRoute[]>;
}

/**
 * Gateways as they have been judged; a proxy serves those that its labels name. Services called `gone…` do not exist, and
 * what is sent to `vault…` is to be encrypted.
 */
function setUp() {
  const graph = new Graph();
  const { tables, byKind } = createTables(graph);
  const known: Known = {
    gateways: graph.table('known.gateways'),
    listeners: graph.table('known.listeners'),
    attached: graph.table('known.attached'),
  };
  const mesh = createMesh(graph, tables);
  const api: GatewayApi = {
    ...createGatewayApi(graph, tables, mesh, DEFAULT_GATEWAY_OPTIONS),
    gateway: (key) => known.gateways.get(key),
    listeners: (key) => known.listeners.get(key) ?? [],
    attached: (id) => known.attached.get(id) ?? [],
    backend: (key) => {
      const { to } = parseBackendKey(key);
      if (to.name.startsWith('gone')) return { kind: 'broken', reason: 'BackendNotFound', message: '' };
      const isSecured = to.name.startsWith('vault') && { isSecured: true as const };
      return { kind: 'service', host: `${to.name}.${to.namespace}`, port: to.port!, ...isSecured };
    },
    servedBy: (namespace, labels) => (labels.serves ?? '').split('.').map((name) => `${namespace}/${name}`),
  };
  const put = (kind: string, namespace: string, name: string, spec: object): void => {
    const key = `gateway.networking.k8s.io/${kind}/${namespace}/${name}` as ObjectKey;
    const metadata = { name, namespace, labels: {}, annotations: {}, creationTimestamp: undefined };
    byKind.get(`gateway.networking.k8s.io/${kind}`)!.set(`${namespace}/${name}`, { key, metadata, spec });
  };
  return { graph, known, put, servers: createServers(graph, tables, api) };
}

const SERVES = (...names: readonly string[]): Labels => ({ serves: names.join('.') });

function state(name: string, over: Partial<GatewayState> = {}): GatewayState {
  return {
    key: gatewayKey(name),
    className: 'pharos',
    controllerName: 'pharos.dev/gateway-controller',
    accepted: yes('Accepted'),
    programmed: yes('Programmed'),
    resolvedRefs: yes('ResolvedRefs'),
    insecureFrontend: false,
    addresses: [],
    binds: ['every'],
    clientCertificate: undefined,
    attachedListenerSets: 0,
    ...over,
  };
}

function gatewayKey(name: string): ObjectKey {
  return `gateway.networking.k8s.io/Gateway/infra/${name}` as ObjectKey;
}

function listener(gateway: string, name: string, port: number, over: Partial<Listener> = {}): Listener {
  return {
    id: `infra/${gateway}#${name}`,
    gateway: `infra/${gateway}`,
    holder: gatewayKey(gateway),
    path: 'spec.listeners[0]',
    name,
    port,
    protocol: 'HTTP',
    hostname: undefined,
    tls: undefined,
    supportedKinds: [],
    accepted: yes('Accepted'),
    resolvedRefs: yes('ResolvedRefs'),
    programmed: yes('Programmed'),
    conflicted: yes('NoConflicts'),
    overlapping: undefined,
    ...over,
  };
}

const NO_DEMANDS = {
  subjectAltNames: [],
  verifySpki: [],
  verifyHash: [],
  crl: undefined,
  minVersion: undefined,
  maxVersion: undefined,
  cipherSuites: [],
} as const;

const PASSTHROUGH = { protocol: 'TLS', tls: { mode: 'passthrough' } } as const;
const UNPROGRAMMED = { programmed: no('Invalid', 'its certificate is bad') };
const described = ({ bind, port, hosts }: GatewayServer) => `${bind ?? ''}:${port} ${hosts.join(' ')}`;
const ref = (name: string, weight?: number) => ({ name, port: 53, ...(weight !== undefined && { weight }) });
const route = (kind: string, name: string, ...hostnames: readonly string[]): AttachedRoute => ({
  route: `gateway.networking.k8s.io/${kind}/infra/${name}` as ObjectKey,
  hostnames: hostnames.length > 0 ? hostnames : ['*'],
});

test('each listener is a server at each address of its Gateway, by port', () => {
  const { known, servers } = setUp();
  known.gateways.set('infra/public', state('public', { binds: ['127.20.0.1', '127.20.0.2'] }));
  known.listeners.set('infra/public', [
    listener('public', 'late', 8080),
    listener('public', 'http', 80, { hostname: 'a.example' }),
  ]);
  expect(servers.serversFor('infra', SERVES('public')).map(described)).toEqual([
    '127.20.0.1:80 a.example',
    '127.20.0.2:80 a.example',
    '127.20.0.1:8080 *',
    '127.20.0.2:8080 *',
  ]);
  expect(servers.serversFor('infra', SERVES('other'))).toEqual([]);
});

test('a server says which listener it is, where that is written, and whose proxies it trusts', () => {
  const { known, servers } = setUp();
  known.gateways.set('infra/public', state('public'));
  const holder = 'gateway.networking.k8s.io/ListenerSet/shop/extra' as ObjectKey;
  known.listeners.set('infra/public', [
    listener('public', 'a.b', 443, { id: 'infra/public#shop/extra#a.b', holder, path: 'spec.listeners[3]' }),
  ]);
  expect(servers.serversFor('infra', SERVES('public'))).toMatchObject([
    {
      gateway: holder,
      path: 'spec.listeners[3]',
      listener: 'infra/public#shop/extra#a.b',
      home: 'infra',
      portName: 'a~b',
      name: 'a.b.extra.shop',
      bind: undefined,
    },
  ]);
});

test('what is not programmed, and all of a Gateway that is not accepted, has no server', () => {
  const { known, servers } = setUp();
  known.gateways.set('infra/public', state('public'));
  known.gateways.set('infra/refused', state('refused', { accepted: no('InvalidParameters', '') }));
  known.listeners.set('infra/public', [listener('public', 'http', 80, UNPROGRAMMED)]);
  known.listeners.set('infra/refused', [listener('refused', 'http', 80)]);
  expect(servers.serversFor('infra', SERVES('public', 'refused'))).toEqual([]);
});

test('certificates always say their namespace, that of their holder if they do not', () => {
  const { known, servers } = setUp();
  known.gateways.set('infra/public', state('public'));
  const certificates = [
    { from: 'secret', name: 'own' },
    { from: 'secret', name: 'lent', namespace: 'certs' },
  ] as const;
  const tls = { ...NO_DEMANDS, mode: 'certificates', client: 'none', certificates, authorities: undefined } as const;
  known.listeners.set('infra/public', [listener('public', 'https', 443, { protocol: 'HTTPS', tls })]);
  expect(servers.serversFor('infra', SERVES('public'))[0]?.tls).toMatchObject({
    certificates: [
      { name: 'own', namespace: 'infra' },
      { name: 'lent', namespace: 'certs' },
    ],
  });
});

test('connections and datagrams of one port do not take it from each other, two of a kind do', () => {
  const { known, servers } = setUp();
  for (const name of ['a', 'b']) known.gateways.set(`infra/${name}`, state(name));
  known.listeners.set('infra/a', [
    listener('a', 'tcp', 53, { protocol: 'TCP' }),
    listener('a', 'udp', 53, { protocol: 'UDP' }),
  ]);
  known.listeners.set('infra/b', [listener('b', 'udp', 53, { protocol: 'UDP' })]);
  const all = servers.serversFor('infra', SERVES('a', 'b'));
  expect(all.map((server) => `${server.listener} ${kindOf(server)}`)).toEqual(['infra/a#tcp tcp', 'infra/a#udp udp']);
});

test('the handshakes of a listener that cannot be served are refused, unless nobody else would take them', () => {
  const { known, servers } = setUp();
  known.gateways.set('infra/public', state('public'));
  const broken = listener('public', 'broken', 443, { protocol: 'HTTPS', hostname: 'a.example', ...UNPROGRAMMED });
  known.listeners.set('infra/public', [listener('public', 'any', 443, PASSTHROUGH), broken]);
  const [, refusing] = servers.serversFor('infra', SERVES('public'));
  expect(refusing).toMatchObject({ hosts: ['a.example'], tls: { mode: 'passthrough' } });
  expect(servers.serverTcpRoutes('infra', refusing!)).toMatchObject([
    { match: { sniHosts: ['a.example'] }, destinations: [] },
  ]);
  known.listeners.set('infra/public', [broken]);
  expect(servers.serversFor('infra', SERVES('public'))).toEqual([]);
});

test('the oldest TLSRoute comes first, each with those of its names that are of no narrower listener', () => {
  const { known, servers, put } = setUp();
  known.gateways.set('infra/public', state('public'));
  const [any, wide] = [
    listener('public', 'any', 443, PASSTHROUGH),
    listener('public', 'wide', 443, { ...PASSTHROUGH, hostname: '*.example' }),
  ];
  known.listeners.set('infra/public', [any, wide]);
  known.attached.set(any.id, [route('TLSRoute', 'old', 'a.example', 'a.test'), route('TLSRoute', 'new', '*.test')]);
  known.attached.set(wide.id, [route('TLSRoute', 'new', 'b.example')]);
  for (const name of ['old', 'new']) put('TLSRoute', 'infra', name, { rules: [{ backendRefs: [ref(name)] }] });
  const of = (server: GatewayServer) =>
    servers
      .serverTcpRoutes('infra', server)
      .map(({ match, destinations }) => [match.sniHosts.join(' '), destinations.length]);
  const [ofAny, ofWide] = servers.serversFor('infra', SERVES('public')).map(of);
  expect(ofAny).toEqual([
    ['a.test', 1],
    ['*.test', 1],
  ]);
  // Whom it has no route for it does not leave to the listener for any name.
  expect(ofWide).toEqual([
    ['b.example', 1],
    ['*.example', 0],
  ]);
});

test.each(['TCPRoute', 'UDPRoute'])(
  'a %s goes to its backends by weight; what does not exist keeps its share',
  (kind) => {
    const { known, servers, put } = setUp();
    known.gateways.set('infra/public', state('public'));
    const one = listener('public', 'l4', 53, { protocol: kind.slice(0, 3) });
    known.listeners.set('infra/public', [one]);
    known.attached.set(one.id, [route(kind, 'dns')]);
    put(kind, 'infra', 'dns', { rules: [{ backendRefs: [ref('a', 7), ref('gone', 3), ref('b'), ref('c', 0)] }] });
    const [server] = servers.serversFor('infra', SERVES('public'));
    const [found] = servers.serverTcpRoutes('infra', server!);
    expect(found?.match).toEqual({ sniHosts: [], destinationSubnets: [], sourceSubnets: [] });
    expect(found?.destinations.map(({ to, weight, origin }) => [to, weight, origin.path])).toEqual([
      [{ kind: 'service', host: 'a.infra', port: 53, subset: undefined }, 7, 'spec.rules[0].backendRefs[0]'],
      [{ kind: 'broken', status: 500 }, 3, 'spec.rules[0].backendRefs[1]'],
      [{ kind: 'service', host: 'b.infra', port: 53, subset: undefined }, 1, 'spec.rules[0].backendRefs[2]'],
      [{ kind: 'service', host: 'c.infra', port: 53, subset: undefined }, 0, 'spec.rules[0].backendRefs[3]'],
    ]);
  },
);

test.each([
  ['that are not encrypted for', 'TCP', undefined, 'plain', {}],
  ['that are encrypted for', 'TCP', undefined, 'vault', { as: 'infra/public' }],
  [
    'that are encrypted for after TLS has ended',
    'TLS',
    { mode: 'mesh', ...NO_DEMANDS },
    'vault',
    { as: 'infra/public' },
  ],
  ['whose clients encrypt for them', 'TLS', { mode: 'passthrough' }, 'vault', { sealed: true }],
] as const)('backends %s', (_, protocol, tls, name, how) => {
  const { known, servers, put } = setUp();
  known.gateways.set('infra/public', state('public', { clientCertificate: 'infra/client' }));
  const one = listener('public', 'l4', 443, { protocol, tls });
  known.listeners.set('infra/public', [one]);
  known.attached.set(one.id, [route(`${protocol}Route`, 'r')]);
  put(`${protocol}Route`, 'infra', 'r', { rules: [{ backendRefs: [ref(name)] }] });
  const [server] = servers.serversFor('infra', SERVES('public'));
  const to = servers.serverTcpRoutes('infra', server!)[0]?.destinations[0]?.to;
  expect(to).toEqual({ kind: 'service', host: `${name}.infra`, port: 53, subset: undefined, ...how });
});

test('a change of one Gateway does not wake the proxies of another', () => {
  const { graph, known, servers } = setUp();
  for (const name of ['a', 'b']) {
    known.gateways.set(`infra/${name}`, state(name));
    known.listeners.set(`infra/${name}`, [listener(name, 'http', 80)]);
  }
  let woken = 0;
  const watch = graph.watch(
    'proxy of a',
    () => servers.serversFor('infra', SERVES('a')),
    () => woken++,
  );
  watch.read();
  known.listeners.set('infra/b', [listener('b', 'http', 8080)]);
  expect(woken).toBe(0);
  known.listeners.set('infra/a', [listener('a', 'http', 8080)]);
  expect(woken).toBe(1);
});
