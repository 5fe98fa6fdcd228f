import type { KubernetesGateway } from '../api/index.ts';
import { GATEWAY_CLASS_NAME, GATEWAY_NAME, type Listener } from '../route/index.ts';
import { buildBootstrap, type XdsAddress } from '../translate/bootstrap/index.ts';
import { deployedName, shortened } from './names.ts';

export interface DeploymentOptions {
  /** Where its Envoy finds pharos, and what it proves itself with there. */
  readonly xds: XdsAddress;
  readonly image: string;
  readonly replicas: number;
  /** Where the token is that it proves itself with; undefined: there is none. */
  readonly tokenAudience: string | undefined;
}

type Labels = Readonly<Record<string, string>>;

/** All that the objects have in common. */
interface Deployed {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly owner: KubernetesGateway;
}

/** Where its files are, in the container. */
const CONFIGURATION = '/etc/pharos';
export const TOKEN_FILE = '/var/run/secrets/pharos/token';

/**
 * ServiceAccount, ConfigMap, Deployment and Service of a Gateway. Its `infrastructure` labels and annotations are on each,
 * and on the Pods. https://gateway-api.sigs.k8s.io/reference/spec/#gatewayinfrastructure
 */
export function gatewayObjects(
  gateway: KubernetesGateway,
  listeners: readonly Listener[],
  options: DeploymentOptions,
): readonly object[] {
  const { name, namespace } = gateway.metadata;
  const { gatewayClassName, infrastructure = {} } = gateway.spec;
  const deployed: Deployed = {
    name: deployedName(name, gatewayClassName),
    namespace,
    // Ours come last: by them the Envoy and its Service find each other.
    labels: { ...infrastructure.labels, [GATEWAY_NAME]: shortened(name), [GATEWAY_CLASS_NAME]: gatewayClassName },
    annotations: infrastructure.annotations ?? {},
    owner: gateway,
  };
  const ports = portsOf(listeners);
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadataOf(deployed) },
    configMap(deployed, options),
    deployment(deployed, ports, options),
    service(deployed, ports),
  ];
}

function metadataOf({ name, namespace, labels, annotations }: Deployed): object {
  return { name, namespace, labels, ...(Object.keys(annotations).length > 0 && { annotations }) };
}

/** Without an id: Envoy is told that by its arguments, since only the Pod knows its address. */
function configMap(deployed: Deployed, { xds }: DeploymentOptions): object {
  const { name, namespace, owner } = deployed;
  const { node, ...rest } = buildBootstrap({
    role: 'router',
    name,
    namespace,
    addresses: ['127.0.0.1'],
    labels: { ...deployed.labels, [GATEWAY_NAME]: owner.metadata.name },
    serviceAccount: name,
    xds,
  });
  const { id, cluster, ...said } = node as Readonly<Record<string, unknown>>;
  const data = { 'envoy.json': `${JSON.stringify({ node: said, ...rest }, null, 2)}\n` };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf(deployed), data };
}

interface Port {
  readonly number: number;
  readonly protocol: 'TCP' | 'UDP';
}

function portsOf(listeners: readonly Listener[]): readonly Port[] {
  const all = listeners.map(
    ({ port, protocol }): Port => ({ number: port, protocol: protocol === 'UDP' ? 'UDP' : 'TCP' }),
  );
  return [...new Map(all.map((port) => [`${port.protocol} ${port.number}`, port])).values()];
}

function portName({ number, protocol }: Port): string {
  return `${protocol.toLowerCase()}-${number}`;
}

function deployment(deployed: Deployed, ports: readonly Port[], options: DeploymentOptions): object {
  const { labels, annotations, name } = deployed;
  const selector = { [GATEWAY_NAME]: labels[GATEWAY_NAME] };
  const probed = ports.find(({ protocol }) => protocol === 'TCP');
  const container = {
    name: 'envoy',
    image: options.image,
    args: argumentsOf(deployed),
    env: [field('POD_NAME', 'metadata.name'), field('POD_IP', 'status.podIP')],
    ports: ports.map((port) => ({ name: portName(port), containerPort: port.number, protocol: port.protocol })),
    ...(probed && { readinessProbe: { tcpSocket: { port: probed.number } } }),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true },
    volumeMounts: [
      { name: 'configuration', mountPath: CONFIGURATION, readOnly: true },
      ...(options.tokenAudience === undefined
        ? []
        : [{ name: 'token', mountPath: TOKEN_FILE.slice(0, TOKEN_FILE.lastIndexOf('/')), readOnly: true }]),
    ],
  };
  const template = {
    metadata: { labels, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: {
      serviceAccountName: name,
      // Ports below 1024 without privileges.
      securityContext: { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }], runAsUser: 101 },
      containers: [container],
      volumes: [{ name: 'configuration', configMap: { name } }, ...tokenVolume(options)],
    },
  };
  const spec = { replicas: options.replicas, selector: { matchLabels: selector }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: metadataOf(deployed), spec };
}

/** https://www.envoyproxy.io/docs/envoy/latest/operations/cli */
function argumentsOf({ name, namespace }: Deployed): readonly string[] {
  const id = `router~$(POD_IP)~$(POD_NAME).${namespace}~${namespace}.svc.cluster.local`;
  return [
    ...['--config-path', `${CONFIGURATION}/envoy.json`],
    ...['--service-node', id, '--service-cluster', `${name}.${namespace}`],
    ...['--drain-time-s', '45', '--drain-strategy', 'immediate', '--log-level', 'warning'],
  ];
}

function field(name: string, fieldPath: string): object {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

/** https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken */
function tokenVolume({ tokenAudience: audience }: DeploymentOptions): readonly object[] {
  if (audience === undefined) return [];
  const serviceAccountToken = { audience, expirationSeconds: 43_200, path: TOKEN_FILE.split('/').at(-1) };
  return [{ name: 'token', projected: { sources: [{ serviceAccountToken }] } }];
}

function service(deployed: Deployed, ports: readonly Port[]): object {
  const { labels, owner } = deployed;
  const address = (owner.spec.addresses ?? []).find(({ type = 'IPAddress', value }) => type === 'IPAddress' && value);
  const spec = {
    type: 'LoadBalancer',
    ...(address && { loadBalancerIP: address.value }),
    selector: { [GATEWAY_NAME]: labels[GATEWAY_NAME] },
    ports: ports.map((port) => ({ name: portName(port), port: port.number, protocol: port.protocol })),
  };
  return { apiVersion: 'v1', kind: 'Service', metadata: metadataOf(deployed), spec };
}
