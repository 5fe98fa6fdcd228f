import { type ObjectKey, type Problem, parseObjectKey, type VirtualService } from '../api/index.ts';
import type { Graph, Query } from '../graph/index.ts';
import type { Mesh } from '../mesh/index.ts';
import type { Tables } from '../store/index.ts';
import { bindingProblems, type Holders } from './binding-problems.ts';
import { delegateProblems } from './delegate-problems.ts';
import { destinationProblems } from './destination-problems.ts';
import type { TcpRule } from './from-tcp-routes.ts';
import { MESH } from './gateway-name.ts';
import { createGatewayProblems } from './gateway-problems.ts';
import { claimProblems, reachProblems, settingProblems } from './rule-problems.ts';
import { rulesOf, type VirtualServices } from './virtual-services.ts';

/** What is wrong between a VirtualService and the rest of the mesh. What is wrong with it alone, its parser has said. */
export function createProblems(
  graph: Graph,
  store: Tables,
  mesh: Mesh,
  rules: VirtualServices & Holders & { readonly tcpRules: Query<readonly TcpRule[]> },
): Query<readonly Problem[], ObjectKey> {
  const gatewayProblems = createGatewayProblems(graph, store, mesh, rules);
  const problemsOf = (key: string, object: VirtualService): readonly Problem[] => [
    ...bindingProblems(rules.standing(key)!, object, rules, store),
    ...rulesOf(object).flatMap((rule) => [
      ...settingProblems(rule),
      ...claimProblems(rule, gatewaysNamed(key)),
      ...delegateProblems(rule, object, store, rules),
      ...destinationProblems(rule, calledPorts(key), mesh, rules.resolve),
    ]),
    ...rules.tcpRules(key).flatMap((rule) => destinationProblems(rule, calledPorts(key), mesh, rules.resolve)),
    ...reachProblems(object, rules.httpRules(key)),
  ];

  const gatewaysNamed = (key: string): readonly string[] | undefined => {
    const { hosts, gateways } = rules.standing(key)!;
    return hosts.length > 0 ? gateways : undefined;
  };

  /** The ports on which a rule can be called: what a destination without port may mean. */
  const calledPorts = (key: string): readonly number[] => {
    const { hosts, namespace, gateways } = rules.standing(key)!;
    const inMesh = gateways.includes(MESH) ? hosts.flatMap((host) => portsOf(namespace, host)) : [];
    const atGateways = gateways.flatMap((gateway) =>
      (store.gateways.get(gateway)?.spec.servers ?? []).flatMap((server) => server?.port.number ?? []),
    );
    const all = new Set([...inMesh, ...atGateways]);
    return all.size > 0 ? [...all] : [HTTP_PORT];
  };
  /** A host that is no service is called on port 80. */
  const portsOf = (namespace: string, host: string): readonly number[] => {
    const id = mesh.serviceOf(namespace, host);
    const service = id === undefined ? undefined : mesh.service(id);
    return service ? service.ports.map(({ number }) => number) : [HTTP_PORT];
  };

  return graph.query('route.problems', (object: ObjectKey) => {
    const { kind, namespace, name } = parseObjectKey(object);
    if (kind === 'Gateway') return gatewayProblems(`${namespace}/${name}`);
    const rule = kind === 'VirtualService' ? store.virtualServices.get(`${namespace}/${name}`) : undefined;
    return rule ? distinct(problemsOf(`${namespace}/${name}`, rule)) : [];
  });
}

const HTTP_PORT = 80;

/** Several matches of one rule lead to the same destinations. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.code} ${problem.path}`, problem])).values()];
}
