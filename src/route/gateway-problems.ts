import { displayName, type Gateway, type ObjectKey, type Problem, type VirtualService } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Credential, Mesh } from '../mesh/index.ts';
import { agedBy, byAge } from '../mesh/precedence.ts';
import type { Tables } from '../store/index.ts';
import { type Conflict, settle } from './gateway-conflicts.ts';
import { gatewayKey, kindOf, serversOf } from './gateway-servers.ts';
import type { GatewayServer } from './routing.ts';
import { withCredentials } from './server-credentials.ts';
import { hostsFor, intersection } from './server-hosts.ts';
import type { TlsEnd } from './server-tls.ts';
import type { VirtualServices } from './virtual-services.ts';

/** What is wrong between a Gateway and the rest: older Gateways, Secrets, and routes that it would need. */
export function createGatewayProblems(
  graph: Graph,
  store: Tables,
  mesh: Mesh,
  rules: VirtualServices,
): (key: string) => readonly Problem[] {
  const conflicts = graph.query('route.gatewayConflicts', () => conflictsAmong(gatewaysOf(store)));
  const conflictsOf = graph.query('route.conflictsOfGateway', (key: ObjectKey) => conflicts('')[key] ?? []);
  const proxies = createProxyHomes(store);
  return (key) => {
    const gateway = store.gateways.get(key);
    if (!gateway) return [];
    const lost = conflictsOf(gateway.key);
    const servers = serversOf(gateway).filter(({ path }) => !lost.some(({ loser }) => loser.path === path));
    return [
      ...lost.map(conflictProblem),
      ...servers.flatMap((server) => credentialProblems(server, gateway, proxies(gateway), store, mesh)),
      ...servers.flatMap((server) => routeProblems(server, store, rules)),
    ];
  };
}

function gatewaysOf(store: Tables): readonly Gateway[] {
  const all = store.gateways.keys().map((key) => store.gateways.get(key)!);
  return all.sort((a, b) => byAge(agedBy(a.metadata), agedBy(b.metadata)));
}

type Selector = Readonly<Record<string, string>>;

/** By the Gateway that has the damage. A proxy has those Gateways whose selectors do not contradict each other. */
function conflictsAmong(gateways: readonly Gateway[]): Readonly<Record<ObjectKey, readonly Conflict[]>> {
  const selectors = new Map(gateways.map(({ spec: { selector = {} } }) => [JSON.stringify(selector), selector]));
  const found = [...selectors.values()].flatMap((selector) => {
    const together = gateways.filter(({ spec }) => mayShareProxy(spec.selector ?? {}, selector));
    return settle(together.flatMap(serversOf)).conflicts;
  });
  const once = new Map(
    found.map((conflict) => [`${conflict.loser.gateway} ${conflict.loser.path} ${conflict.hosts}`, conflict]),
  );
  return Object.fromEntries(Map.groupBy(once.values(), ({ loser }) => loser.gateway));
}

function mayShareProxy(one: Selector, other: Selector): boolean {
  return Object.entries(one).every(([key, value]) => other[key] === undefined || other[key] === value);
}

function conflictProblem({ code, loser, winner, hosts }: Conflict): Problem {
  const holder = `${displayName(winner.gateway)} ${winner.path}`;
  const at = { severity: 'error', code, object: loser.gateway } as const;
  switch (code) {
    case 'port-taken': {
      const message = `port ${loser.port} is open for ${winner.protocol} by ${holder}; this server has no effect beside it`;
      return { ...at, path: `${loser.path}.port`, message };
    }
    case 'host-taken': {
      const message = `${hosts.join(', ')} on port ${loser.port} is of ${holder} already; here it has no effect`;
      return { ...at, path: `${loser.path}.hosts`, message };
    }
    case 'port-name-taken': {
      const message = `port ${loser.port} is called ${loser.portName} by ${holder} too; this server has no effect`;
      return { ...at, path: `${loser.path}.port.name`, message, hint: 'give each HTTPS server a port name of its own' };
    }
  }
}

/**
 * Secrets are looked for where the proxies are. Which those are, Pods tell; without any, nobody knows until one connects,
 * and only what no namespace has is missing for sure.
 */
function credentialProblems(
  server: GatewayServer,
  gateway: Gateway,
  homes: readonly string[],
  store: Tables,
  mesh: Mesh,
): readonly Problem[] {
  const end = kindOf(server) === 'https' || kindOf(server) === 'tls' ? (server.tls as TlsEnd) : undefined;
  if (end?.mode !== 'certificates') return [];
  const { lacks } = withCredentials(end, {
    keyPair: ({ name }) => lacking(name, homes, gateway, store, mesh.credentials.keyPair),
    authorities: (name) => lacking(name, homes, gateway, store, mesh.credentials.authorities),
  });
  return lacks.map(({ path, message }) => ({
    severity: 'error',
    code: 'left-out',
    object: server.gateway,
    path: `${server.path}.${path}`,
    message,
  }));
}

function lacking(
  name: string,
  homes: readonly string[],
  { metadata }: Gateway,
  store: Tables,
  find: (namespace: string, name: string) => Credential<unknown>,
): string | undefined {
  if (homes.length > 0)
    return homes.map((home) => problemOf(find(home, name))).find((problem) => problem !== undefined);
  const holders = store.secrets.keys().filter((key) => key.endsWith(`/${name}`) || key.endsWith(`/${name}-cacert`));
  const namespaces = [...new Set([metadata.namespace, ...holders.map((key) => key.split('/')[0]!)])];
  const problems = namespaces.map((namespace) => problemOf(find(namespace, name)));
  if (problems.includes(undefined)) return undefined;
  return problems.find((problem) => !problem!.startsWith('there is no usable')) ?? problems[0];
}

function problemOf(credential: Credential<unknown>): string | undefined {
  return 'problem' in credential ? credential.problem : undefined;
}

/** The namespaces of Pods that a Gateway selects. */
function createProxyHomes(store: Tables): (gateway: Gateway) => readonly string[] {
  const podsByLabel = store.pods.index('byAnyLabel', ({ metadata }) =>
    Object.entries(metadata.labels).map(([name, value]) => `${name}=${value}`),
  );
  return ({ spec: { selector = {} } }) => {
    const [group] = Object.entries(selector).map(([name, value]) => `${name}=${value}`);
    const pods = (group === undefined ? [] : podsByLabel(group)).map((key) => store.pods.get(key)!.metadata);
    return [...new Set(pods.filter(({ labels }) => isChosen(selector, labels)).map(({ namespace }) => namespace))];
  };
}

function isChosen(selector: Selector, labels: Selector): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

/** A port that is not HTTP opens only when a VirtualService says where its connections go. */
function routeProblems(server: GatewayServer, store: Tables, rules: VirtualServices): readonly Problem[] {
  const kind = kindOf(server);
  if (kind !== 'tcp' && kind !== 'tls' && kind !== 'passthrough') return [];
  const field = kind === 'passthrough' ? 'tls' : 'tcp';
  const gateway = gatewayKey(server);
  const routed = rules.boundTo(gateway).some((rule) => {
    const object = store.virtualServices.get(rule);
    const standing = rules.standing(rule);
    if (!object || !standing || !hasRoutes(object, field)) return false;
    return intersection(hostsFor(server.hosts, gateway.split('/')[0]!, standing.namespace), standing.hosts).length > 0;
  });
  if (routed) return [];
  const message = `no VirtualService says by spec.${field} where its connections go; the server stays closed`;
  return [{ severity: 'warning', code: 'no-route', object: server.gateway, path: server.path, message }];
}

function hasRoutes({ spec }: VirtualService, field: 'tls' | 'tcp'): boolean {
  return (spec[field] ?? []).length > 0;
}
