import type { HttpRoute, ObjectKey, VirtualService } from '../api/index.ts';
import type { Graph, Query } from '../graph/index.ts';
import { defaultFor, exportToOf, isVisible } from '../mesh/export-to.ts';
import { parseKubernetesHost, resolveHost } from '../mesh/host.ts';
import type { ExportTo, Mesh } from '../mesh/index.ts';
import { type Aged, agedBy, byAge } from '../mesh/precedence.ts';
import type { Tables } from '../store/index.ts';
import { mergeDelegate } from './delegate.ts';
import type { HttpRule } from './from-virtual-service.ts';
import { gatewayName, MESH } from './gateway-name.ts';
import { positionIn } from './position.ts';

/** What of a VirtualService decides where it holds. It changes far less often than its rules. */
export interface Standing {
  readonly rule: string;
  readonly object: ObjectKey;
  readonly namespace: string;
  /** Full hosts. */
  readonly hosts: readonly string[];
  /** `mesh`, or `namespace/name`. */
  readonly gateways: readonly string[];
  readonly exportTo: ExportTo;
  readonly age: Aged;
}

/** VirtualServices by what they hold for. Keys are `namespace/name`. */
export interface VirtualServices {
  readonly standing: Query<Standing | undefined>;
  /** Those that name a host, or a wildcard that covers it: by pattern, the most specific first; in each the oldest first. */
  readonly naming: Query<readonly (readonly string[])[]>;
  readonly boundTo: Query<readonly string[]>;
  /** The HTTP rules, with those of delegates in their places. */
  readonly httpRules: Query<readonly HttpRule[]>;
  readonly resolve: (host: string, namespace: string) => string;
  readonly clusterDomain: () => string;
}

export function createVirtualServices(graph: Graph, store: Tables, mesh: Mesh): VirtualServices {
  const { virtualServices } = store;
  const byHost = virtualServices.index('byHost', (rule) => hostsOf(rule).map((host) => hostGroup(host, rule)));
  const boundTo = virtualServices.index('byGateway', gatewaysOf);
  const unsaid = graph.query('route.defaultExportTo', () => mesh.config().defaultVirtualServiceExportTo ?? 'all');
  const clusterDomain = graph.query('route.clusterDomain', () => mesh.config().clusterDomain);
  const resolve = (host: string, namespace: string): string =>
    resolveHost(host, namespace, { clusterDomain: clusterDomain('') });

  const heading = virtualServices.column('heading', headingOf);
  const standing = graph.query('route.standing', (rule): Standing | undefined => {
    const said = heading(rule);
    if (!said) return undefined;
    const { namespace, hosts, exportTo = defaultFor(unsaid(''), namespace) } = said;
    return { ...said, rule, hosts: hosts.map((host) => resolve(host, namespace)), exportTo };
  });

  const naming = graph.query('route.naming', (host) =>
    patternsOf(host)
      .map((pattern) => groupsToSearch(pattern, clusterDomain('')).flatMap(byHost))
      .filter((rules) => rules.length > 0)
      .map((rules) => oldestFirst(rules, standing)),
  );

  const httpRules = graph.query('route.httpRules', (key): readonly HttpRule[] => {
    const object = virtualServices.get(key);
    return object ? rulesOf(object).flatMap((rule) => withDelegates(rule, object, store, standing)) : [];
  });

  return { standing, naming, boundTo, httpRules, resolve, clusterDomain: () => clusterDomain('') };
}

type Heading = Omit<Standing, 'rule' | 'exportTo'> & { readonly exportTo: ExportTo | undefined };

/** What a VirtualService itself says of where it holds. Who looks for a host reads it of all, and of none its rules. */
function headingOf(object: VirtualService): Heading {
  const { key, metadata, spec } = object;
  return {
    object: key,
    namespace: metadata.namespace,
    hosts: hostsOf(object),
    gateways: gatewaysOf(object),
    exportTo: exportToOf(spec.exportTo, metadata.namespace),
    age: agedBy(metadata),
  };
}

export function oldestFirst(rules: readonly string[], standing: Query<Standing | undefined>): readonly string[] {
  const aged = rules.flatMap((rule) => standing(rule) ?? []);
  return [...new Set(aged.sort((a, b) => byAge(a.age, b.age)).map(({ rule }) => rule))];
}

/** One without hosts is for others to delegate to. */
export function hostsOf({ spec }: VirtualService): readonly string[] {
  return spec.hosts ?? [];
}

/** Without `gateways` a rule holds in the mesh. */
export function gatewaysOf({ spec, metadata }: VirtualService): readonly string[] {
  const names = spec.gateways?.length ? spec.gateways : [MESH];
  return [...new Set(names.map((name) => gatewayName(name, metadata.namespace)))];
}

/** What a match asks of the client. */
interface ClientMatch {
  readonly sourceLabels?: Readonly<Record<string, string>> | undefined;
  readonly sourceNamespace?: string | undefined;
}

export function clientMatchesOf({ spec }: VirtualService): readonly ClientMatch[] {
  const http = (spec.http ?? []).flatMap((rule): readonly (ClientMatch | undefined)[] => rule?.match ?? []);
  const tls = (spec.tls ?? []).flatMap((rule): readonly (ClientMatch | undefined)[] => rule?.match ?? []);
  const tcp = (spec.tcp ?? []).flatMap((rule): readonly (ClientMatch | undefined)[] => rule?.match ?? []);
  return [...http, ...tls, ...tcp].filter((match) => match !== undefined);
}

export function rulesOf(object: VirtualService): readonly HttpRule[] {
  const { namespace } = object.metadata;
  return (object.spec.http ?? []).flatMap((http, i) =>
    http ? [{ http, at: positionIn(object, `spec.http[${i}]`), namespace }] : [],
  );
}

/** `namespace/name` of the VirtualService that a route delegates to. */
export function delegateOf(http: HttpRoute, namespace: string): string | undefined {
  return http.delegate && `${http.delegate.namespace || namespace}/${http.delegate.name ?? ''}`;
}

/** Of a route that delegates: the delegate's routes, each under the root's conditions. Delegates do not delegate again. */
function withDelegates(
  rule: HttpRule,
  root: VirtualService,
  store: Tables,
  standing: Query<Standing | undefined>,
): readonly HttpRule[] {
  const name = delegateOf(rule.http, rule.namespace);
  if (name === undefined) return [rule];
  const delegate = store.virtualServices.get(name);
  if (!delegate || hostsOf(delegate).length > 0) return [];
  if (!isVisible(standing(name)!.exportTo, root.metadata.namespace)) return [];
  return rulesOf(delegate).flatMap((own) => {
    const http = own.http.delegate ? undefined : mergeDelegate(rule.http, own.http);
    return http ? [{ ...own, http }] : [];
  });
}

/** A short host waits for the cluster's domain, which an index cannot ask for. */
export function hostGroup(host: string, { metadata }: VirtualService): string {
  return host.includes('.') || host === '*' ? host : `${metadata.namespace}/${host}`;
}

export function groupsToSearch(host: string, clusterDomain: string): readonly string[] {
  const service = parseKubernetesHost(host, clusterDomain);
  return service ? [host, `${service.namespace}/${service.name}`] : [host];
}

/** `a.b.c`, `*.b.c`, `*.c`, `*`. A wildcard is covered by itself and by wider ones. */
export function patternsOf(host: string): readonly string[] {
  const labels = host.split('.');
  const wider = labels.slice(1).map((_, i) => `*.${labels.slice(i + 1).join('.')}`);
  return [...new Set([host, ...wider, '*'])];
}
