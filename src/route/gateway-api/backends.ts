import type { Graph, Query } from '../../graph/index.ts';
import { kubernetesHost, type Mesh, type Service, serviceId } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import { type Backend, type BackendAsked, parseBackendKey } from './backend.ts';
import { type BackendTlsPolicies, backendPort } from './backend-tls.ts';
import type { ExternalBackends } from './external-backends.ts';
import { speechOf } from './external-protocol.ts';
import { EXPERIMENTAL_GROUP, GATEWAY_GROUP } from './group.ts';
import type { ReferenceGrants } from './reference-grants.ts';
import { backendObject } from './route-references.ts';
import type { TrafficPolicies } from './traffic-policies.ts';

interface Said {
  readonly backendTls: Pick<BackendTlsPolicies, 'of'>;
  readonly external: Pick<ExternalBackends, 'of'>;
  readonly traffic: Pick<TrafficPolicies, 'session'>;
}

type Broken = Extract<Backend, { readonly kind: 'broken' }>;

/**
 * What backendRefs mean, by `backendKey`: whether one may be referred to is asked before whether it is there, so that
 * nobody learns what there is elsewhere. In the mesh everybody may, as anybody may call,
 * but not what is outside.
 * https://gateway-api.sigs.k8s.io/reference/spec/#backendref https://gateway-api.sigs.k8s.io/geps/gep-1294/#namespace-boundaries
 */
export function createBackends(
  graph: Graph,
  store: Tables,
  mesh: Mesh,
  { permits }: Pick<ReferenceGrants, 'permits'>,
  { backendTls, external, traffic }: Said,
): Query<Backend> {
  const hostsOfEntry = store.serviceEntries.column('backendHosts', ({ spec }) => spec.hosts);
  const isExternalName = store.services.column('isExternalName', ({ spec }) => spec.type === 'ExternalName');
  const clusterDomain = graph.query('gatewayApi.clusterDomain', () => mesh.config().clusterDomain);

  const isSecured = ({ kind, namespace, name, ports }: Service, number: number): boolean => {
    const port = ports.find((one) => one.number === number);
    return kind === 'kubernetes' && backendTls.of(backendPort(`${namespace}/${name}`, port?.name ?? '')) !== undefined;
  };

  const serviceOf = ({ to, from }: BackendAsked): Service | Broken => {
    const { namespace, name } = to;
    const row = `${namespace}/${name}`;
    switch (kindOf(to)) {
      case 'Service': {
        if (isExternalName(row)) return EXTERNAL_NAME;
        const host = kubernetesHost(namespace, name, clusterDomain(''));
        return mesh.service(serviceId(namespace, host)) ?? missing(`Service ${row}`);
      }
      case 'networking.istio.io/ServiceEntry': {
        const [host] = hostsOfEntry(row) ?? [];
        const service = host === undefined ? undefined : mesh.service(serviceId(namespace, host));
        return service ?? missing(`ServiceEntry ${row}`);
      }
      case 'networking.istio.io/Hostname': {
        const id = mesh.serviceOf(from.namespace, name);
        return (id === undefined ? undefined : mesh.service(id)) ?? missing(`a service with the host ${name}`);
      }
      default:
        return broken('InvalidKind', `${kindOf(to)} is no kind of backend: use Service`);
    }
  };

  const externalOf = ({ from, to: asked }: BackendAsked): Backend => {
    const backend = `${asked.namespace}/${asked.name}`;
    const found = external.of(backend);
    if (!found) return missing(named(asked));
    const { port, protocol } = found;
    if (asked.port !== undefined && asked.port !== port) {
      return broken('BackendNotFound', `${named(asked)} has no port ${asked.port}; it has ${port}`);
    }
    const speaks = speechOf(protocol, from);
    if (!speaks) {
      const why = protocol === undefined ? 'is called by no' : `speaks ${protocol}, which is not for a`;
      return broken('UnsupportedProtocol', `${named(asked)} ${why} ${from.kind}`);
    }
    const to = { kind: 'external', backend, port, speaks } as const;
    return { kind: 'external', to, ...sessionOf(backendObject('XBackend', backend)) };
  };

  const sessionOf = (object: string) => {
    const session = traffic.session(object);
    return session && { session };
  };

  return graph.query('gatewayApi.backend', (key): Backend => {
    const asked = parseBackendKey(key);
    const { from, to } = asked;
    if (!KINDS.includes(kindOf(to))) return serviceOf(asked) as Broken;
    const mayAnybody = isGlobal(to) || (from.inMesh && kindOf(to) !== EXTERNAL);
    if (!mayAnybody && !permits({ group: GATEWAY_GROUP, ...from }, to)) return refused(asked);
    if (kindOf(to) === EXTERNAL) return externalOf(asked);
    const service = serviceOf(asked);
    if (service.kind === 'broken') return service;
    const found = atPort(service, asked);
    if (found.kind !== 'service' || service.kind !== 'kubernetes') return found;
    const session = sessionOf(backendObject('Service', `${service.namespace}/${service.name}`));
    return { ...found, ...session, ...(isSecured(service, found.port) && { isSecured: true }) };
  });
}

type Target = BackendAsked['to'];

const EXTERNAL = `${EXPERIMENTAL_GROUP}/XBackend`;
const KINDS = ['Service', 'networking.istio.io/ServiceEntry', 'networking.istio.io/Hostname', EXTERNAL];

/** `Service`, or with a group: `networking.istio.io/ServiceEntry`. */
function kindOf({ group, kind }: Target): string {
  return group === '' ? kind : `${group}/${kind}`;
}

/** A host is not an object, and belongs to no namespace. */
function isGlobal(to: Target): boolean {
  return to.kind === 'Hostname';
}

function atPort({ host, ports }: Service, { from, to }: BackendAsked): Backend {
  const port = to.port ?? (ports.length === 1 ? ports[0]!.number : undefined);
  const there = ports.filter(({ number }) => number === port);
  const all = [...new Set(ports.map(({ number }) => number))].join(', ');
  if (port === undefined) return broken('BackendNotFound', `${named(to)} has several ports (${all}): say which`);
  if (there.length === 0) return broken('BackendNotFound', `${named(to)} has no port ${port}; it has ${all || 'none'}`);
  const wanted = from.kind === 'UDPRoute';
  if (there.some(({ protocol }) => (protocol === 'udp') === wanted)) return { kind: 'service', host, port };
  const spoken = wanted ? 'TCP' : 'UDP';
  return broken('UnsupportedProtocol', `port ${port} of ${named(to)} is ${spoken}, which no ${from.kind} sends`);
}

/** An external name may lead anywhere, past what network policies close: https://github.com/kubernetes/kubernetes/issues/103675 */
const EXTERNAL_NAME = broken(
  'InvalidKind',
  'a Service of type ExternalName is no backend: use a ServiceEntry, or an XBackend',
);

function refused({ from, to }: BackendAsked): Broken {
  const message = `no ReferenceGrant in namespace ${to.namespace} lets ${from.kind}s of ${from.namespace} refer to ${named(to)}`;
  return broken('RefNotPermitted', message);
}

function missing(what: string): Broken {
  return broken('BackendNotFound', `${what} does not exist`);
}

function named({ kind, namespace, name }: Target): string {
  return kind === 'Hostname' ? name : `${kind} ${namespace}/${name}`;
}

function broken(reason: Broken['reason'], message: string): Broken {
  return { kind: 'broken', reason, message };
}
