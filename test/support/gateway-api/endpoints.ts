import type { RawObject } from '../../../src/api/index.ts';
import type { BackendWanted } from './case.ts';
import type { EchoAt } from './echo-at.ts';
import type { Certificates } from './macros.ts';

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
}

interface ServiceObject extends RawObject {
  readonly spec?: {
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly selector?: Labels;
    readonly ports?: readonly ServicePort[];
  };
}

interface PodObject extends RawObject {
  readonly spec?: { readonly containers?: readonly { readonly ports?: readonly ContainerPort[] }[] };
  readonly status?: { readonly podIP?: string };
}

interface SliceObject extends RawObject {
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[];
  readonly ports?: readonly { readonly port?: number; readonly protocol?: string }[];
}

interface EntryObject extends RawObject {
  readonly spec?: {
    readonly ports?: readonly { readonly name: string; readonly number: number; readonly targetPort?: number }[];
    readonly endpoints?: readonly { readonly address: string; readonly ports?: Readonly<Record<string, number>> }[];
  };
}

type Labels = Readonly<Record<string, string>>;
type ContainerPort = { readonly name?: string; readonly containerPort: number; readonly protocol?: string };

/** Somebody says that a program answers there. */
interface Claim {
  readonly address: string;
  readonly port: number;
  readonly transport: 'TCP' | 'UDP';
  readonly service: RawObject | undefined;
  readonly pod: RawObject | undefined;
}

/** The label by which a proxy says that it is a Gateway's. */
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/**
 * The programs behind Pods, EndpointSlices and ServiceEntries, read from the objects alone, so that what pharos makes of
 * them can be judged.
 */
export function echoesOf(
  objects: readonly RawObject[],
  backends: Readonly<Record<string, BackendWanted>>,
  certificates: Certificates,
): readonly EchoAt[] {
  const claims = [...podClaims(objects), ...sliceClaims(objects), ...entryClaims(objects)];
  const places = Map.groupBy(claims, ({ address, port, transport }) => `${transport} ${address}:${port}`);
  return [...places.values()].map((together) => {
    const { address, port, transport } = together[0]!;
    const services = oldestFirst(together.map(({ service }) => service).filter((service) => service !== undefined));
    const pod = together.find((claim) => claim.pod)?.pod;
    const who = [...services, ...(pod ? [pod] : [])];
    const wanted = who.map((object) => backendOf(object, backends, port)).find((backend) => backend !== undefined);
    return {
      service: who[0]!.metadata.name,
      version: labelsOf(pod).version ?? '',
      address,
      port,
      transport,
      ...secureOf(wanted, certificates),
      ...(wanted?.demands && { demands: wanted.demands }),
    };
  });
}

/** The Pods that are proxies of Gateways of their own. */
export function gatewayPods(objects: readonly RawObject[]): readonly RawObject[] {
  return ofKind<PodObject>(objects, 'Pod').filter((pod) => GATEWAY_NAME in labelsOf(pod));
}

export function labelsOf(object: RawObject | undefined): Labels {
  return (object?.metadata['labels'] ?? {}) as Labels;
}

export function namespaceOf({ metadata }: RawObject): string {
  return metadata.namespace ?? 'default';
}

/** Where a program of a namespace gets to that calls a name or an address. Undefined: nothing has this name. */
export function addressOf(host: string, namespace: string, objects: readonly RawObject[]): string | undefined {
  if (/^[\d.]+$/.test(host)) return host;
  const [name, inNamespace = namespace] = host.split('.');
  const service = ofKind<ServiceObject>(objects, 'Service').find(
    (one) => one.metadata.name === name && namespaceOf(one) === inNamespace,
  );
  if (!service) return undefined;
  const { clusterIP, clusterIPs = [] } = service.spec ?? {};
  const address = clusterIP ?? clusterIPs[0];
  // Without an address of its own it is called where sidecars that do not intercept take HTTP.
  return address === undefined || address === '' || address === 'None' ? '127.0.0.1' : address;
}

export function podIpOf(pod: RawObject): string | undefined {
  return (pod as PodObject).status?.podIP;
}

function podClaims(objects: readonly RawObject[]): readonly Claim[] {
  const services = ofKind<ServiceObject>(objects, 'Service');
  const pods = ofKind<PodObject>(objects, 'Pod').filter((pod) => !(GATEWAY_NAME in labelsOf(pod)));
  return pods.flatMap((pod) => {
    const address = podIpOf(pod);
    if (address === undefined) return [];
    const containerPorts = (pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports);
    const own = containerPorts.map(({ containerPort: port, protocol }) => ({
      ...{ address, port, transport: transportOf(protocol), service: undefined, pod },
    }));
    const selected = services
      .filter((service) => isSelected(pod, service))
      .flatMap((service) =>
        (service.spec?.ports ?? []).flatMap((servicePort) => {
          const port = targetOf(servicePort, containerPorts);
          if (port === undefined) return [];
          return [{ address, port, transport: transportOf(servicePort.protocol), service, pod }];
        }),
      );
    return [...own, ...selected];
  });
}

function isSelected(pod: PodObject, service: ServiceObject): boolean {
  const selector = Object.entries(service.spec?.selector ?? {});
  const labels = labelsOf(pod);
  return (
    selector.length > 0 &&
    namespaceOf(pod) === namespaceOf(service) &&
    selector.every(([key, value]) => labels[key] === value)
  );
}

function targetOf({ port, targetPort = port }: ServicePort, named: readonly ContainerPort[]): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  return named.find(({ name }) => name === targetPort)?.containerPort;
}

function sliceClaims(objects: readonly RawObject[]): readonly Claim[] {
  const services = ofKind<ServiceObject>(objects, 'Service');
  return ofKind<SliceObject>(objects, 'EndpointSlice').flatMap((slice) => {
    const name = labelsOf(slice)['kubernetes.io/service-name'];
    const isIts = (one: ServiceObject) => one.metadata.name === name && namespaceOf(one) === namespaceOf(slice);
    const service = services.find(isIts) ?? slice;
    return (slice.endpoints ?? []).flatMap(({ addresses = [] }) =>
      addresses
        .filter(isIpv4)
        .flatMap((address) =>
          (slice.ports ?? []).flatMap(({ port, protocol }) =>
            port === undefined ? [] : [{ address, port, transport: transportOf(protocol), service, pod: undefined }],
          ),
        ),
    );
  });
}

function entryClaims(objects: readonly RawObject[]): readonly Claim[] {
  return ofKind<EntryObject>(objects, 'ServiceEntry').flatMap((service) => {
    const { ports = [], endpoints = [] } = service.spec ?? {};
    return endpoints
      .filter(({ address }) => isIpv4(address))
      .flatMap(({ address, ports: own = {} }) =>
        ports.map(({ name, number, targetPort = number }) => {
          const port = own[name] ?? targetPort;
          return { address, port, transport: 'TCP' as const, service, pod: undefined };
        }),
      );
  });
}

function isIpv4(address: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(address);
}

function transportOf(protocol: string | undefined): 'TCP' | 'UDP' {
  return protocol === 'UDP' ? 'UDP' : 'TCP';
}

/** Those without a time come first, in the order of the file. */
function oldestFirst(objects: readonly RawObject[]): readonly RawObject[] {
  const born = ({ metadata }: RawObject): string => `${metadata['creationTimestamp'] ?? ''}`;
  return objects.toSorted((a, b) => born(a).localeCompare(born(b)) || objects.indexOf(a) - objects.indexOf(b));
}

function backendOf(
  object: RawObject,
  backends: Readonly<Record<string, BackendWanted>>,
  port: number,
): BackendWanted | undefined {
  const { name } = object.metadata;
  const wanted = backends[`${namespaceOf(object)}/${name}`] ?? backends[name];
  return wanted?.ports === undefined || wanted.ports.includes(port) ? wanted : undefined;
}

function secureOf(wanted: BackendWanted | undefined, certificates: Certificates): Pick<EchoAt, 'secure'> {
  if (wanted?.certificate === undefined) return {};
  const clients = wanted.clients === undefined ? undefined : certificates[wanted.clients]!;
  return { secure: { certificate: certificates[wanted.certificate]!, clients } };
}

function ofKind<T extends RawObject>(objects: readonly RawObject[], kind: string): readonly T[] {
  return objects.filter((object): object is T => object.kind === kind);
}
