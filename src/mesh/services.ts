import type { KubeService, ServiceEntry } from '../api/index.ts';
import type { Graph, Query } from '../graph/index.ts';
import type { Tables } from '../store/index.ts';
import { audiences, audiencesOf, defaultFor, isVisible } from './export-to.ts';
import { fromKubernetesService, kubernetesExportTo } from './from-kubernetes-service.ts';
import { entryExportTo, fromServiceEntry } from './from-service-entry.ts';
import { kubernetesHost, parseKubernetesHost } from './host.ts';
import type { MeshConfig } from './mesh-config.ts';
import { type Aged, agedBy, byAge, compare } from './precedence.ts';
import type { ExportTo, Service, ServiceId } from './service.ts';
import { parseServiceId, serviceId } from './service-id.ts';

export interface Services {
  readonly service: Query<Service | undefined, ServiceId>;
  readonly visibleHosts: Query<readonly string[]>;
  readonly serviceOf: (clientNamespace: string, host: string) => ServiceId | undefined;
  /** Hosts that a namespace defines, or that are exported to it by name: only these can mean something else to it. */
  readonly ownHosts: Query<readonly string[]>;
  /** The services of a host in all namespaces, the one that wins first. */
  readonly candidates: Query<readonly Candidate[]>;
  /** The object that defines a service. */
  readonly definition: (id: ServiceId) => Definition | undefined;
}

export interface Candidate {
  readonly id: ServiceId;
  readonly namespace: string;
  readonly exportTo: ExportTo;
}

export type Definition =
  | { readonly kind: 'kubernetes'; readonly service: KubeService }
  | { readonly kind: 'service-entry'; readonly entry: ServiceEntry };

/** What of an object decides who sees it; it changes far less often than the object. */
interface Standing {
  readonly exportTo: ExportTo | undefined;
  readonly age: Aged;
}

/** Services by id, by host, and by who sees them. */
export function createServices(graph: Graph, store: Tables, config: () => MeshConfig, clusterDomain: string): Services {
  const entriesByHost = store.serviceEntries.index('byHost', (entry) => entry.spec.hosts);
  const servicesByAudience = store.services.index('byAudience', (service) =>
    audiences(kubernetesExportTo(service), service.metadata.namespace),
  );
  const entriesByAudience = store.serviceEntries.index('byAudience', (entry) =>
    audiences(entryExportTo(entry), entry.metadata.namespace),
  );
  const servicesByNamespace = store.services.index('ofNamespace', ({ metadata }) => [metadata.namespace]);
  const entriesByNamespace = store.serviceEntries.index('ofNamespace', ({ metadata }) => [metadata.namespace]);
  const unsaid = graph.query('mesh.defaultExportTo', () => config().defaultExportTo);

  const kubernetesStanding = store.services.column('standing', (service): Standing => {
    return { exportTo: kubernetesExportTo(service), age: agedBy(service.metadata) };
  });
  const standingOfEntry = store.serviceEntries.column('standing', (entry): Standing => {
    return { exportTo: entryExportTo(entry), age: agedBy(entry.metadata) };
  });
  const entryStanding = (key: string): Standing => standingOfEntry(key)!;
  const hostsOfEntry = store.serviceEntries.column('hosts', ({ spec }) => spec.hosts);
  const kubernetesOf = (host: string): Standing | undefined => {
    const named = parseKubernetesHost(host, clusterDomain);
    return named && kubernetesStanding(`${named.namespace}/${named.name}`);
  };
  /** Of the entries of a namespace for one host the oldest defines the service, unless Kubernetes does. */
  const entryOf = graph.query('mesh.entryOf', (id: ServiceId): string | undefined => {
    const { namespace, host } = parseServiceId(id);
    if (kubernetesOf(host)?.age.namespace === namespace) return undefined;
    const ages = entriesByHost(host).map((key) => entryStanding(key).age);
    const oldest = ages.filter((age) => age.namespace === namespace).sort(byAge)[0];
    return oldest && `${namespace}/${oldest.name}`;
  });
  const entryHosts = graph.query('mesh.entryHosts', (key) => {
    const { namespace } = entryStanding(key).age;
    return hostsOfEntry(key)!.filter((host) => entryOf(serviceId(namespace, host)) === key);
  });

  const candidates = graph.query('mesh.candidates', (host): readonly Candidate[] => {
    const own = kubernetesOf(host);
    const entries = entriesByHost(host).map(entryStanding);
    const ordered = [...(own ? [own] : []), ...entries.toSorted((a, b) => byAge(a.age, b.age))];
    const first = ordered.filter((one, i) => i === ordered.findIndex((o) => o.age.namespace === one.age.namespace));
    return first.map(({ exportTo, age: { namespace } }) => ({
      id: serviceId(namespace, host),
      namespace,
      exportTo: exportTo ?? defaultFor(unsaid(''), namespace),
    }));
  });

  const definition = (id: ServiceId): Definition | undefined => {
    const { namespace, host } = parseServiceId(id);
    const named = parseKubernetesHost(host, clusterDomain);
    const service = named?.namespace === namespace ? store.services.get(`${namespace}/${named.name}`) : undefined;
    if (service) return { kind: 'kubernetes', service };
    const entry = entryOf(id);
    return entry === undefined ? undefined : { kind: 'service-entry', entry: store.serviceEntries.get(entry)! };
  };

  const service = graph.query('mesh.service', (id: ServiceId): Service | undefined => {
    const defined = definition(id);
    if (!defined) return undefined;
    if (defined.kind === 'kubernetes') return fromKubernetesService(defined.service, clusterDomain, unsaid(''));
    return fromServiceEntry(defined.entry, parseServiceId(id).host, unsaid(''));
  });

  const kubernetesHosts = (keys: readonly string[]): readonly string[] =>
    keys.map((key) => {
      const [namespace = '', name = ''] = key.split('/');
      return kubernetesHost(namespace, name, clusterDomain);
    });
  const hostsFor = (groups: readonly string[]): readonly string[] => {
    const kubernetes = kubernetesHosts(groups.flatMap(servicesByAudience));
    const entries = groups.flatMap(entriesByAudience).flatMap(entryHosts);
    return [...new Set([...kubernetes, ...entries])].sort(compare);
  };
  const sharedHosts = graph.query('mesh.sharedHosts', () => hostsFor(audiencesOf(unsaid(''), undefined)));
  const visibleHosts = graph.query('mesh.visibleHosts', (namespace) => {
    const shared = sharedHosts('');
    const own = hostsFor(audiencesOf(unsaid(''), namespace));
    return own.length === 0 ? shared : [...new Set([...shared, ...own])].sort(compare);
  });

  const ownHosts = graph.query('mesh.ownServiceHosts', (namespace) => [
    ...new Set([
      ...hostsFor(audiencesOf(unsaid(''), namespace)),
      ...kubernetesHosts(servicesByNamespace(namespace)),
      ...entriesByNamespace(namespace).flatMap((key) => hostsOfEntry(key)!),
    ]),
  ]);

  const serviceOf = (clientNamespace: string, host: string): ServiceId | undefined => {
    const seen = candidates(host).filter(({ exportTo }) => isVisible(exportTo, clientNamespace));
    return (seen.find(({ namespace }) => namespace === clientNamespace) ?? seen[0])?.id;
  };

  return { service, visibleHosts, serviceOf, ownHosts, candidates, definition };
}
