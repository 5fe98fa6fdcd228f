import type { ShownResource } from '../../../src/control-plane/offline.ts';
import type { JsonObject, JsonValue } from '../../../src/proto/index.ts';
import type { Request } from './requests.ts';

/**
 * What a real Envoy may do with a request, read from its listeners and routes alone. As much of Envoy as Gateway API needs;
 * throws for a field of a match that it does not know.
 * https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/http_routing
 */
export type Outcome =
  /** `cluster` by weight or fraction, with copies to others. */
  | { readonly kind: 'forward'; readonly cluster: string; readonly by: Rule }
  | { readonly kind: 'mirror'; readonly cluster: string; readonly by: Rule }
  | { readonly kind: 'answer'; readonly status: number; readonly by: Rule | undefined }
  | { readonly kind: 'redirect'; readonly by: Rule }
  /** The connection goes there as it is. */
  | { readonly kind: 'tcp'; readonly cluster: string }
  | { readonly kind: 'closed' };

/** Which rule an Envoy's route was made of, as its metadata and name tell. */
export interface Rule {
  /** `httproute shop/one`. */
  readonly route: string;
  readonly name: string | undefined;
}

export interface Interpreter {
  /** Of requests of clients that connect to an address and port, with TLS if the port has it. */
  readonly outcomes: (address: string, port: number, request: Request) => readonly Outcome[];
  /** The clusters that any route or chain names. */
  readonly clusters: ReadonlySet<string>;
  readonly ports: readonly { readonly address: string; readonly port: number }[];
}

type Json = JsonValue | undefined;

export function createInterpreter(resources: readonly ShownResource[]): Interpreter {
  const listeners = resources.filter(({ type }) => type === 'lds').map(({ json }) => json);
  const routes = new Map(resources.filter(({ type }) => type === 'rds').map(({ name, json }) => [name, json]));
  const byPlace = new Map(
    listeners.flatMap((listener) => placesOf(listener).map((place) => [JSON.stringify(place), listener] as const)),
  );
  return {
    ports: [...byPlace.keys()].map((place) => JSON.parse(place) as { address: string; port: number }),
    clusters: new Set(listeners.concat([...routes.values()]).flatMap(clustersIn)),
    outcomes: (address, port, request) => {
      const listener =
        byPlace.get(JSON.stringify({ address, port })) ?? byPlace.get(JSON.stringify({ address: '0.0.0.0', port }));
      const chain = listener && chainFor(list(listener['filterChains']), request.sni);
      return chain ? throughChain(chain, routes, request) : [{ kind: 'closed' }];
    },
  };
}

function placesOf(listener: JsonObject): readonly { readonly address: string; readonly port: number }[] {
  const additional = list(listener['additionalAddresses']).map((one) => object(one['address']));
  return [object(listener['address']), ...additional].flatMap((address) => {
    const socket = object(address['socketAddress']);
    const isUdp = socket['protocol'] === 'UDP';
    return isUdp ? [] : [{ address: `${socket['address']}`, port: Number(socket['portValue']) }];
  });
}

function clustersIn(json: JsonValue): readonly string[] {
  if (typeof json !== 'object' || json === null) return [];
  if (Array.isArray(json)) return json.flatMap(clustersIn);
  const own = Object.entries(json as JsonObject).flatMap(([key, value]) => {
    if (key === 'cluster' && typeof value === 'string') return [value];
    const weighted = key === 'weightedClusters' ? list(object(value)['clusters']).map(({ name }) => `${name}`) : [];
    return [...weighted, ...clustersIn(value)];
  });
  return own.filter((name) => name !== '');
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/listener/v3/listener_components.proto#config-listener-v3-filterchainmatch */
function chainFor(chains: readonly JsonObject[], sni: string): JsonObject | undefined {
  const isSecure = chains.some((chain) => namesOf(chain).length > 0 || chain['transportSocket'] !== undefined);
  const patterns = isSecure ? [sni, ...suffixesOf(sni).map((suffix) => `*.${suffix}`)] : [];
  for (const pattern of patterns) {
    const found = chains.find((chain) => namesOf(chain).includes(pattern));
    if (found) return found;
  }
  return chains.find((chain) => namesOf(chain).length === 0);
}

/** `a.b.c` → `b.c`, `c`. */
function suffixesOf(name: string): readonly string[] {
  const parts = name.split('.');
  return parts.slice(1).map((_, i) => parts.slice(i + 1).join('.'));
}

function namesOf(chain: JsonObject): readonly string[] {
  const match = object(chain['filterChainMatch']);
  for (const key of Object.keys(match)) known(key, ['serverNames', 'transportProtocol', 'applicationProtocols']);
  return texts(match['serverNames']);
}

function throughChain(
  chain: JsonObject,
  routes: ReadonlyMap<string, JsonObject>,
  request: Request,
): readonly Outcome[] {
  const configs = list(chain['filters']).map((filter) => object(filter['typedConfig']));
  const http = configs.find((config) => `${config['@type']}`.endsWith('.HttpConnectionManager'));
  if (http) {
    const name = object(http['rds'])['routeConfigName'];
    const configuration = http['routeConfig'] ? object(http['routeConfig']) : routes.get(`${name}`);
    // What is asked for and never comes leaves the listener cold.
    if (!configuration) throw new Error(`a listener asks for the route ${name}, which there is not`);
    return throughRoutes(configuration, request);
  }
  const tcp = configs.find((config) => `${config['@type']}`.endsWith('.TcpProxy'));
  if (!tcp) return [{ kind: 'closed' }];
  const weighted = list(object(tcp['weightedClusters'])['clusters']).map(({ name }) => `${name}`);
  const all = tcp['cluster'] === undefined ? weighted : [`${tcp['cluster']}`];
  return all.map((cluster) => ({ kind: 'tcp', cluster }));
}

function throughRoutes(configuration: JsonObject, request: Request): readonly Outcome[] {
  const host = virtualHostFor(list(configuration['virtualHosts']), request.host);
  if (!host) return [{ kind: 'answer', status: 404, by: undefined }];
  const outcomes: Outcome[] = [];
  for (const route of list(host['routes'])) {
    const match = object(route['match']);
    if (!matches(match, request)) continue;
    const fraction = object(match['runtimeFraction'])['defaultValue'];
    if (fraction === undefined || Number(object(fraction)['numerator'] ?? 0) > 0) outcomes.push(...actionOf(route));
    if (fraction === undefined) return outcomes;
  }
  return [...outcomes, { kind: 'answer', status: 404, by: undefined }];
}

/** Exact names, then `*.` with the longest rest, then `*`. */
function virtualHostFor(hosts: readonly JsonObject[], host: string): JsonObject | undefined {
  const patterns = [host, ...suffixesOf(host).map((suffix) => `*.${suffix}`), '*'];
  for (const pattern of patterns) {
    const found = hosts.find((one) => texts(one['domains']).includes(pattern));
    if (found) return found;
  }
  return undefined;
}

function actionOf(route: JsonObject): readonly Outcome[] {
  const by = ruleOf(route);
  if (route['redirect']) return [{ kind: 'redirect', by: by! }];
  if (route['directResponse'])
    return [{ kind: 'answer', status: Number(object(route['directResponse'])['status']), by }];
  const action = object(route['route']);
  const weighted = list(object(action['weightedClusters'])['clusters']);
  const names =
    action['cluster'] === undefined
      ? weighted.filter(({ weight }) => Number(weight ?? 0) > 0).map(({ name }) => `${name}`)
      : [`${action['cluster']}`];
  const copies = list(action['requestMirrorPolicies']).map(({ cluster }) => `${cluster}`);
  return [
    ...names.map((cluster): Outcome => ({ kind: 'forward', cluster, by: by! })),
    ...copies.map((cluster): Outcome => ({ kind: 'mirror', cluster, by: by! })),
  ];
}

function ruleOf(route: JsonObject): Rule | undefined {
  const config = object(object(object(route['metadata'])['filterMetadata'])['istio'])['config'];
  if (typeof config !== 'string') return undefined;
  const [, , , , , namespace, kind, name] = config.split('/');
  return { route: `${kind} ${namespace}/${name}`, name: route['name'] === undefined ? undefined : `${route['name']}` };
}

const MATCH = ['prefix', 'path', 'safeRegex', 'pathSeparatedPrefix', 'headers', 'queryParameters', 'runtimeFraction'];

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-routematch */
function matches(match: JsonObject, request: Request): boolean {
  for (const key of Object.keys(match)) known(key, [...MATCH, 'caseSensitive']);
  if (match['caseSensitive'] === false) throw new Error('nobody asks for paths whatever their case');
  const said: Readonly<Record<string, string>> = {
    ...request.headers,
    ':method': request.method,
    ':path': request.path,
  };
  return (
    matchesPath(match, request.path) &&
    list(match['headers']).every((header) => matchesValue(header, said[`${header['name']}`])) &&
    list(match['queryParameters']).every((param) => matchesValue(param, request.query[`${param['name']}`]))
  );
}

function matchesPath(match: JsonObject, path: string): boolean {
  if (match['path'] !== undefined) return path === match['path'];
  if (match['safeRegex'] !== undefined) return isWhole(match['safeRegex'], path);
  const separated = match['pathSeparatedPrefix'];
  if (separated !== undefined) return path === separated || path.startsWith(`${separated}/`);
  return path.startsWith(`${match['prefix'] ?? ''}`);
}

function matchesValue(matcher: JsonObject, value: string | undefined): boolean {
  for (const key of Object.keys(matcher)) known(key, ['name', 'stringMatch', 'presentMatch']);
  if (matcher['presentMatch'] !== undefined) return (value !== undefined) === matcher['presentMatch'];
  if (value === undefined) return false;
  const match = object(matcher['stringMatch']);
  for (const key of Object.keys(match)) known(key, ['exact', 'prefix', 'safeRegex']);
  if (match['safeRegex'] !== undefined) return isWhole(match['safeRegex'], value);
  if (match['prefix'] !== undefined) return value.startsWith(`${match['prefix']}`);
  return value === (match['exact'] ?? '');
}

/** A regular expression of Envoy is about all of the text. */
function isWhole(regex: Json, text: string): boolean {
  return new RegExp(`^(?:${object(regex)['regex']})$`).test(text);
}

function known(key: string, keys: readonly string[]): void {
  if (!keys.includes(key)) throw new Error(`the interpreter knows no ${key}`);
}

function object(value: Json): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function list(value: Json): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function texts(value: Json): readonly string[] {
  return Array.isArray(value) ? value.map((one) => `${one as string}`) : [];
}
