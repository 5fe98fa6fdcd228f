import type { InboundPort, Labels, Origin, Protocol } from '../mesh/index.ts';
import { podAddresses } from '../mesh/pod.ts';
import { workloadEntryLabels, workloadName } from '../mesh/workload.ts';
import type { MtlsMode, Subject } from '../policy/index.ts';
import type { ControlPlane } from './index.ts';

/** Whoever serves something: the Pods of one Deployment together, or a WorkloadEntry. */
export interface KnownWorkload {
  readonly subject: Subject;
  readonly name: string;
  /** Its Pods, or itself. */
  readonly members: readonly string[];
  readonly serviceAccount: string;
  readonly addresses: readonly string[];
  readonly ports: readonly KnownPort[];
  /** `namespace/name` of the Gateway whose proxies these are: see `gatewaysOf`. */
  readonly gateway?: string;
}

export interface KnownPort {
  readonly number: number;
  /** Undefined: no service leads here, only a container or a policy names it. */
  readonly service: { readonly host: string; readonly port: number } | undefined;
  readonly protocol: Protocol;
  /** `auto`: the proxy looks at the first bytes. */
  readonly speaks: 'http' | 'tcp' | 'auto';
  /** Of a gateway. */
  readonly server?: {
    readonly origin: Origin;
    /** Whether clients must, may or cannot show who they are. */
    readonly takes: MtlsMode;
    /** It sends on unread what workloads say to each other, and policies are not asked. */
    readonly isUnguarded: boolean;
    /** Its clients name a host in their TLS handshake. */
    readonly isTls: boolean;
    /** Clients show certificates of authorities that the user gave, and not of the mesh. */
    readonly believesOthers: boolean;
  };
}

/** All workloads by namespace and name, as the sources tell of them. */
export function workloadsOf(controlPlane: ControlPlane): readonly KnownWorkload[] {
  const members = [...podsOf(controlPlane), ...entriesOf(controlPlane)];
  const byName = Map.groupBy(members, ({ namespace, name }) => `${namespace}/${name}`);
  return [...byName.values()]
    .map((some) => workloadOf(controlPlane, some))
    .sort((a, b) => (rowOf(a) < rowOf(b) ? -1 : 1));
}

/** `shop/cart`; of a gateway `gateway/edge/public`. */
export function rowOf({ subject, name, gateway }: Pick<KnownWorkload, 'subject' | 'name' | 'gateway'>): string {
  return gateway === undefined ? `${subject.namespace}/${name}` : `gateway/${gateway}`;
}

/** All accounts that workloads run under, as `namespace/name`. */
export function accountsOf(workloads: readonly KnownWorkload[]): readonly string[] {
  return [...new Set(workloads.map(({ subject, serviceAccount }) => `${subject.namespace}/${serviceAccount}`))].sort();
}

interface Member {
  readonly namespace: string;
  readonly name: string;
  readonly member: string;
  readonly labels: Labels;
  readonly addresses: readonly string[];
  readonly serviceAccount: string;
  readonly containerPorts: readonly number[];
}

function podsOf({ store }: ControlPlane): readonly Member[] {
  return store.pods.keys().map((row) => {
    const pod = store.pods.get(row)!;
    const { namespace, name, labels } = pod.metadata;
    return {
      namespace,
      name: workloadName(name, labels),
      member: name,
      labels,
      addresses: podAddresses(pod),
      serviceAccount: pod.spec?.serviceAccountName ?? pod.spec?.serviceAccount ?? 'default',
      containerPorts: (pod.spec?.containers ?? []).flatMap(({ ports = [] }) =>
        ports.flatMap(({ containerPort, protocol = 'TCP' }) => (protocol === 'TCP' ? [containerPort] : [])),
      ),
    };
  });
}

function entriesOf({ store }: ControlPlane): readonly Member[] {
  return store.workloadEntries.keys().map((row) => {
    const entry = store.workloadEntries.get(row)!;
    const { namespace, name } = entry.metadata;
    return {
      namespace,
      name,
      member: name,
      labels: workloadEntryLabels(entry),
      addresses: [entry.spec.address ?? ''].filter((address) => address !== ''),
      serviceAccount: entry.spec.serviceAccount ?? 'default',
      containerPorts: [],
    };
  });
}

/** What is true of the first is true of all: policies select by labels, which a Deployment gives to all its Pods. */
function workloadOf(controlPlane: ControlPlane, members: readonly Member[]): KnownWorkload {
  const { namespace, name, labels, serviceAccount, addresses } = members[0]!;
  const role = labels['gateway.networking.k8s.io/gateway-name'] === undefined ? 'sidecar' : 'router';
  return {
    subject: { role, namespace, labels },
    name,
    members: members.map(({ member }) => member),
    serviceAccount,
    addresses,
    ports: portsOf(controlPlane, members[0]!),
  };
}

function portsOf({ mesh, policies }: ControlPlane, { namespace, labels, addresses, containerPorts }: Member) {
  const served = mesh.inboundPorts(namespace, labels, addresses);
  const others = [...containerPorts, ...policies.mtlsPorts(namespace, labels)];
  const unserved = new Set(others.filter((port) => !served.some(({ targetPort }) => targetPort === port)));
  const ports: readonly KnownPort[] = [
    ...served.map((port) => portOf(port.targetPort, port.protocol, serviceOf(port))),
    ...[...unserved].map((number) => portOf(number, 'auto', undefined)),
  ];
  return ports.toSorted((a, b) => a.number - b.number);
}

function portOf(number: number, protocol: Protocol, service: KnownPort['service']): KnownPort {
  const isHttp = ['http', 'http2', 'grpc', 'grpc-web'].includes(protocol);
  return { number, protocol, service, speaks: isHttp ? 'http' : protocol === 'auto' ? 'auto' : 'tcp' };
}

/** The oldest of the services that lead there. */
function serviceOf({ services }: InboundPort): KnownPort['service'] {
  const [first] = services;
  return first && { host: first.id.slice(first.id.indexOf('/') + 1), port: first.port };
}
