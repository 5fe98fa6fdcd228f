import type { FullParent, KubeService } from '../../api/index.ts';
import type { Protocol } from '../../mesh/index.ts';
import { kubernetesProtocol, protocolNamed } from '../../mesh/protocol.ts';
import type { Tables } from '../../store/index.ts';
import type { Parent, RouteKind, Verdict } from './gateway-api.ts';
import type { Heading } from './route-headings.ts';
import { ACCEPTED, no } from './verdict.ts';

/** What becomes of one reference of a route to a Service, as far as no other route is asked. */
export interface MeshAttachment {
  readonly parent: Extract<Parent, { readonly kind: 'Service' }>;
  readonly accepted: Verdict;
  /** On which it would hold; none unless accepted. */
  readonly ports: readonly number[];
}

/** Undefined: it is not something in the mesh. */
export type AttachInMesh = (route: Heading, to: FullParent) => MeshAttachment | undefined;

/** Routes of the mesh: https://gateway-api.sigs.k8s.io/geps/gep-1294/ A ServiceEntry may be a parent as a Service is. */
export function createMeshParents(store: Tables): AttachInMesh {
  const ofService = store.services.column('asParent', serviceAsParent);
  const ofEntry = store.serviceEntries.column('asParent', ({ spec }): Frontend => {
    const ports = (spec.ports ?? []).map(({ name, number, protocol = '' }) => ({
      name,
      number,
      protocol: protocolNamed(protocol),
    }));
    return { ports };
  });
  return (route, to) => {
    if (!isMeshParent(to)) return undefined;
    const key = `${to.namespace}/${to.name}`;
    const isEntry = to.kind === 'ServiceEntry';
    const found = isEntry ? ofEntry(key) : ofService(key);
    const meant = found?.ports.filter(
      ({ name, number }) =>
        (to.sectionName === undefined || to.sectionName === name) && (to.port === undefined || to.port === number),
    );
    const port = to.sectionName === undefined ? to.port : (meant?.[0]?.number ?? to.port);
    const parent = { kind: 'Service', key, port, ...(isEntry && { isEntry: true as const }) } as const;
    const spoken = (meant ?? []).filter(({ protocol }) => speaks(protocol, route.kind)).map(({ number }) => number);
    const accepted = verdictOn(route, to, found, meant ?? [], spoken);
    return { parent, accepted, ports: accepted.ok ? [...new Set(spoken)] : [] };
  };
}

export function isMeshParent({ group, kind }: Pick<FullParent, 'group' | 'kind'>): boolean {
  return (group === '' && kind === 'Service') || (group === 'networking.istio.io' && kind === 'ServiceEntry');
}

interface Port {
  readonly name: string | undefined;
  readonly number: number;
  readonly protocol: Protocol;
}

interface Frontend {
  readonly ports: readonly Port[];
  /** Why it can be no parent. */
  readonly refused?: string;
}

function serviceAsParent({ spec }: KubeService): Frontend {
  const ports = (spec.ports ?? []).map((port) => ({
    name: port.name,
    number: port.port,
    protocol: kubernetesProtocol(port),
  }));
  const refused = spec.type === 'ExternalName' ? 'is of type ExternalName' : spec.clusterIP === 'None' && 'is headless';
  return { ports, ...(refused && { refused: `${refused}, so nobody can tell what is sent to it` }) };
}

/** Of ports that say nothing, the first bytes of each connection are looked at. */
function speaks(protocol: Protocol, kind: RouteKind): boolean {
  if (protocol === 'udp') return false;
  if (protocol === 'auto') return true;
  return REQUESTS.includes(kind) === HTTP.includes(protocol);
}

const REQUESTS: readonly RouteKind[] = ['GRPCRoute', 'HTTPRoute'];
const HTTP: readonly Protocol[] = ['http', 'http2', 'grpc', 'grpc-web'];

function verdictOn(
  route: Heading,
  { kind, namespace, name, sectionName, port }: FullParent,
  found: Frontend | undefined,
  meant: readonly Port[],
  spoken: readonly number[],
): Verdict {
  const named = `${kind} ${namespace}/${name}`;
  if (!found) return no('NoMatchingParent', `there is no usable ${named}`);
  if (found.refused !== undefined) return no('UnsupportedValue', `${named} ${found.refused}`);
  if (meant.length === 0) {
    const asked = [sectionName, port].filter((part) => part !== undefined).join(' with number ');
    return no('NoMatchingParent', `${named} has no port${asked && ` ${asked}`}`);
  }
  if (route.kind === 'UDPRoute') return no('UnsupportedValue', 'UDP does not go through proxies of the mesh');
  if (spoken.length > 0) return ACCEPTED;
  const said = meant.map(({ number, protocol }) => `${number} (${protocol})`).join(', ');
  const wanted = REQUESTS.includes(route.kind) ? 'HTTP: name it http-…, or set its appProtocol' : 'anything but HTTP';
  return no('NoMatchingParent', `no port of ${named} that it means, ${said}, is for ${wanted}`);
}
