import {
  displayName,
  type KubeObject,
  type ObjectKey,
  objectKey,
  type ParentReference,
  type Problem,
  type XMesh,
} from '../api/index.ts';
import type { Graph } from '../graph/index.ts';
import {
  type Ancestor,
  type Attachment,
  type GatewayApi,
  type Listener,
  OWN_CONTROLLER,
  type Parent,
  type PolicyState,
} from '../route/index.ts';
import type { Reader, Tables } from '../store/index.ts';
import { supportedFeatures } from './features.ts';
import { conditionOf, type Finding, problemsOf } from './finding.ts';
import {
  gatewayFindings,
  gatewayStatus,
  listenerFindings,
  listenerSetFindings,
  listenerSetStatus,
} from './gateway-status.ts';
import { ancestorStatus, attachmentFindings, parentStatus, policyFindings } from './route-status.ts';
import type { ObjectStatus, Status } from './status.ts';

/** How one kind is told. Rows are `namespace/name`, or `name`. */
interface Teller {
  readonly group: string;
  readonly rows: () => readonly string[];
  readonly status: (row: string, key: ObjectKey) => ObjectStatus | undefined;
  readonly findings: (row: string, key: ObjectKey) => readonly Finding[];
}

/** The status of every object of Gateway API that is ours. */
export function createStatus(graph: Graph, store: Tables, api: GatewayApi): Status {
  const tellers: Readonly<Record<string, Teller>> = {
    GatewayClass: classes(store, api),
    Gateway: gateways(store, api),
    ListenerSet: listenerSets(store, api),
    HTTPRoute: routes(store.httpRoutes, api),
    GRPCRoute: routes(store.grpcRoutes, api),
    TLSRoute: routes(store.tlsRoutes, api),
    TCPRoute: routes(store.tcpRoutes, api),
    UDPRoute: routes(store.udpRoutes, api),
    [`HTTPRoute.${LINKERD}`]: { ...routes(store.linkerdHttpRoutes, api), group: LINKERD },
    BackendTLSPolicy: policies(GROUP, store.backendTlsPolicies, api.backendTls.state, api),
    XBackendTrafficPolicy: policies(EXPERIMENTAL, store.xBackendTrafficPolicies, api.trafficPolicyState, api),
    XBackend: externalBackends(store, api),
    XMesh: meshes(store),
  };
  const of = graph.query('status.of', (key: ObjectKey) => {
    const [teller, row] = find(tellers, key);
    return row === undefined ? undefined : teller?.status(row, key);
  });
  const problems = graph.query('status.problems', (key: ObjectKey): readonly Problem[] => {
    const [teller, row] = find(tellers, key);
    return row === undefined || !teller ? [] : problemsOf(key, teller.findings(row, key));
  });
  const objects = (): readonly ObjectKey[] =>
    Object.entries(tellers).flatMap(([kind, { group, rows }]) =>
      rows()
        .map((row) => keyOf(group, kind, row))
        .filter((key) => of(key) !== undefined)
        .sort(),
    );
  return { of, problems, objects };
}

const GROUP = 'gateway.networking.k8s.io';
const EXPERIMENTAL = 'gateway.networking.x-k8s.io';
const LINKERD = 'policy.linkerd.io';

function find(tellers: Readonly<Record<string, Teller>>, key: ObjectKey): [Teller | undefined, string | undefined] {
  const [group, kind = '', namespace, name] = key.split('/');
  const teller = tellers[`${kind}.${group}`] ?? tellers[kind];
  if (teller?.group !== group) return [undefined, undefined];
  return [teller, namespace ? `${namespace}/${name}` : name];
}

function keyOf(group: string, kind: string, row: string): ObjectKey {
  const [namespace, name] = row.includes('/') ? (row.split('/') as [string, string]) : ['', row];
  return objectKey(group, kind.split('.')[0]!, namespace, name);
}

function classes(store: Tables, api: GatewayApi): Teller {
  const findings = (row: string): readonly Finding[] => {
    const accepted = api.gatewayClass(row);
    return accepted ? [{ type: 'Accepted', verdict: accepted, path: '' }, SUPPORTED_VERSION] : [];
  };
  return {
    group: GROUP,
    rows: store.gatewayClasses.keys,
    findings,
    status: (row) => {
      const object = store.gatewayClasses.get(row);
      const found = findings(row);
      if (!object || found.length === 0) return undefined;
      return { conditions: found.map((finding) => conditionOf(finding, object.metadata)), supportedFeatures };
    },
  };
}

/** From files there is no other version than that of which the fields are known. */
const SUPPORTED_VERSION: Finding = {
  type: 'SupportedVersion',
  verdict: { ok: true, reason: 'SupportedVersion', message: 'v1.6, with the experimental channel' },
  path: '',
};

function gateways(store: Tables, api: GatewayApi): Teller {
  const own = (row: string, key: ObjectKey): readonly Listener[] =>
    api.listeners(row).filter(({ holder }) => holder === key);
  return {
    group: GROUP,
    rows: api.gateways,
    findings: (row, key) => {
      const state = api.gateway(row);
      return state ? [...own(row, key).flatMap(listenerFindings), ...gatewayFindings(state)] : [];
    },
    status: (row, key) => {
      const [state, object] = [api.gateway(row), store.kubernetesGateways.get(row)];
      return state && object && gatewayStatus(state, object.metadata, own(row, key), attachedTo(api));
    },
  };
}

function listenerSets(store: Tables, api: GatewayApi): Teller {
  const own = (gateway: string, key: ObjectKey): readonly Listener[] =>
    api.listeners(gateway).filter(({ holder }) => holder === key);
  return {
    group: GROUP,
    rows: store.listenerSets.keys,
    findings: (row, key) => {
      const state = api.listenerSet(row);
      return state ? [...own(state.gateway, key).flatMap(listenerFindings), ...listenerSetFindings(state)] : [];
    },
    status: (row, key) => {
      const [state, object] = [api.listenerSet(row), store.listenerSets.get(row)];
      return state && object && listenerSetStatus(state, object.metadata, own(state.gateway, key), attachedTo(api));
    },
  };
}

function attachedTo(api: GatewayApi): (listener: Listener) => number {
  return ({ id }) => api.attached(id).filter(({ route }) => api.routeState(route).accepted.ok).length;
}

type RouteObject = KubeObject<{ readonly spec: { readonly parentRefs?: readonly ParentReference[] | undefined } }>;

function routes(table: Reader<RouteObject>, api: GatewayApi): Teller {
  return {
    group: GROUP,
    rows: table.keys,
    findings: (_, key) =>
      api
        .attachments(key)
        .flatMap((attachment) => attachmentFindings(attachment, api.routeStateAt(key, attachment.parent))),
    status: (row, key) => {
      const object = table.get(row);
      const attachments = api.attachments(key);
      if (!object || attachments.length === 0) return undefined;
      const said = { parentRefs: object.spec.parentRefs ?? [], metadata: object.metadata };
      const statusAt = (one: Attachment) =>
        parentStatus(one, api.routeStateAt(key, one.parent), said, controllerOf(one.parent, api));
      return { parents: attachments.map(statusAt) };
    },
  };
}

/** Services are the mesh's, which is ours. */
function controllerOf({ kind, key }: Pick<Parent, 'kind' | 'key'>, api: GatewayApi): string {
  const gateway = kind === 'ListenerSet' ? api.listenerSet(key)?.gateway : kind === 'Gateway' ? key : undefined;
  return (gateway === undefined ? undefined : api.gateway(gateway)?.controllerName) ?? OWN_CONTROLLER;
}

/** What is told for each place where it has an effect. What is wrong with it, people are told without that, too. */
function policies(
  group: string,
  table: Reader<KubeObject<unknown>>,
  stateOf: (row: string) => PolicyState | undefined,
  api: GatewayApi,
): Teller {
  return {
    group,
    rows: table.keys,
    findings: (row) => {
      const state = stateOf(row);
      return state ? policyFindings(state) : [];
    },
    status: (row, key) => {
      const object = table.get(row);
      const ancestors = api.policyAncestors(key);
      if (!object || ancestors.length === 0) return undefined;
      return {
        ancestors: ancestors.map((one) => ancestorStatus(one, object.metadata, controllerAt(one.of, api))),
      };
    },
  };
}

/** As policies, but it calls its ancestors parents: https://gateway-api.sigs.k8s.io/geps/gep-4894/ */
function externalBackends(store: Tables, api: GatewayApi): Teller {
  const teller = policies(EXPERIMENTAL, store.xBackends, api.external.state, api);
  return {
    ...teller,
    status: (row, key) => {
      const ancestors = teller.status(row, key)?.ancestors;
      return (
        ancestors && { parents: ancestors.map(({ ancestorRef, ...rest }) => ({ parentRef: ancestorRef, ...rest })) }
      );
    },
  };
}

function controllerAt({ kind, key }: Ancestor, api: GatewayApi): string {
  return kind === 'Gateway' ? controllerOf({ kind, key }, api) : OWN_CONTROLLER;
}

/** The mesh is this one; what it can do, it can do without parameters. */
function meshes(store: Tables): Teller {
  const findings = (row: string): readonly Finding[] => {
    const { controllerName, parametersRef } = store.xMeshes.get(row)?.spec ?? {};
    if (controllerName !== OWN_CONTROLLER) return [];
    const message = parametersRef ? unread(parametersRef) : 'this is the mesh';
    const reason = parametersRef ? 'InvalidParameters' : 'Accepted';
    return [{ type: 'Accepted', verdict: { ok: !parametersRef, reason, message }, path: 'spec.parametersRef' }];
  };
  return {
    group: EXPERIMENTAL,
    rows: store.xMeshes.keys,
    findings,
    status: (row) => {
      const object = store.xMeshes.get(row);
      const found = findings(row);
      if (!object || found.length === 0) return undefined;
      return { conditions: found.map((finding) => conditionOf(finding, object.metadata)), supportedFeatures };
    },
  };
}

function unread({ group, kind, namespace = '', name }: NonNullable<XMesh['spec']['parametersRef']>): string {
  const named = displayName(objectKey(group, kind, namespace, name));
  return `there are no parameters for the mesh, so ${named} is not read`;
}
