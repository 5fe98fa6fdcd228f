import { objectKey } from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Tables } from '../store/index.ts';
import { createCredentials } from './credentials.ts';
import { createEndpoints } from './endpoints.ts';
import { entryProblems } from './entry-problems.ts';
import { entryWays } from './entry-ways.ts';
import { createInboundPorts } from './inbound-ports.ts';
import { kubernetesWays } from './kubernetes-ways.ts';
import type { Mesh } from './mesh.ts';
import { DEFAULT_MESH_CONFIG, type MeshConfig } from './mesh-config.ts';
import { type ReadMeshConfig, readMeshConfig } from './mesh-config-map.ts';
import { createNamedAddresses } from './named-addresses.ts';
import { createOwnHosts } from './own-hosts.ts';
import { createProblems } from './problems.ts';
import { createResidents } from './residents.ts';
import { createRuleCredentials } from './rule-credentials.ts';
import { ruleProblems } from './rule-problems.ts';
import { createRules } from './rules.ts';
import { createSelection } from './selection.ts';
import { createSelectors } from './selectors.ts';
import { serviceProblems } from './service-problems.ts';
import { createServices } from './services.ts';
import { sliceProblems } from './slice-problems.ts';

/**
 * The mesh over a store. `defaults` hold where the ConfigMap `istio` of the root namespace says nothing; its
 * `clusterDomain` holds always.
 */
export function createMesh(graph: Graph, store: Tables, defaults: MeshConfig = DEFAULT_MESH_CONFIG): Mesh {
  const { clusterDomain, rootNamespace } = defaults;
  const configRow = `${rootNamespace}/istio`;
  const readConfig = graph.query('mesh.config', (): ReadMeshConfig => {
    const text = store.configMaps.get(configRow)?.data?.['mesh'];
    const origin = { object: objectKey('', 'ConfigMap', rootNamespace, 'istio'), path: 'data.mesh' };
    return text === undefined ? { config: defaults, problems: [] } : readMeshConfig(text, defaults, origin);
  });
  const config = (): MeshConfig => readConfig('').config;

  const services = createServices(graph, store, config, clusterDomain);
  const selection = createSelection(store);
  const residents = createResidents(graph, store);
  const { endpoints, slicesOf } = createEndpoints(graph, store, services, selection, residents);
  const rules = createRules(graph, store, config, clusterDomain);
  const selectors = createSelectors(graph, store);
  const named = createNamedAddresses(graph, store);
  const inboundPorts = createInboundPorts(graph, [
    kubernetesWays({ store, clusterDomain, selectors, named, selection, residents, slicesOf }),
    entryWays({ store, services, selectors, named, selection }),
  ]);
  const credentials = createCredentials(graph, store);
  const ruleCredentials = createRuleCredentials(graph, store, config);
  const problems = createProblems(graph, {
    Service: serviceProblems({ store, selectors, endpoints, clusterDomain }),
    ServiceEntry: entryProblems({ store, services, endpoints }),
    DestinationRule: ruleProblems({ store, services, rules, endpoints, clusterDomain, credentials, ruleCredentials }),
    EndpointSlice: sliceProblems(store),
    ConfigMap: (row) => (row === configRow ? readConfig('').problems : []),
  });

  return {
    config,
    service: services.service,
    visibleHosts: services.visibleHosts,
    ownHosts: createOwnHosts(graph, services, rules),
    serviceOf: services.serviceOf,
    endpoints,
    ruleFor: rules.ruleFor,
    subsets: rules.subsets,
    trafficPolicy: rules.trafficPolicy,
    ruleObjects: rules.ruleObjects,
    inboundPorts,
    selectorKeys: selectors.keys,
    isNamedAddress: named.isNamed,
    credentials,
    ruleCredentials: ruleCredentials.namesSeenBy,
    ruleSecrets: ruleCredentials.seenBy,
    problems,
  };
}
