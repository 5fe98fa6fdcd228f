import type { KubeEndpoint, KubeEndpointSlice, KubeEndpoints, KubePod } from '../api/index.ts';
import type { Endpoint, Locality } from './endpoint.ts';
import { containerPort, isReady, podAddresses } from './pod.ts';
import { podWorkload, unknownWorkload, type Workload } from './workload.ts';

/** Who stands behind an address that an EndpointSlice or Endpoints object lists. */
export type Resident = (address: string, pod: string | undefined, node: string | undefined, zone: string) => Workload;

/**
 * The endpoints of one named port of a slice.
 * https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
 */
export function sliceEndpoints(slice: KubeEndpointSlice, portName: string, resident: Resident): readonly Endpoint[] {
  const port = slice.ports?.find(({ name }) => (name ?? '') === portName)?.port;
  // Host names cannot stand in the endpoints of a cluster; slice-problems.ts tells.
  if (port === undefined || port === null || slice.addressType === 'FQDN') return [];
  return (slice.endpoints ?? []).flatMap((endpoint) => {
    const health = sliceHealth(endpoint);
    if (!health) return [];
    const { nodeName, zone } = endpoint;
    const pod = podOf(slice.metadata.namespace, endpoint.targetRef);
    return endpoint.addresses.map((address) => ({
      address,
      port,
      ...resident(address, pod, nodeName ?? undefined, zone ?? ''),
      weight: 1,
      health,
    }));
  });
}

/** Undefined: on its way out and serving nobody. Ready is true unless said otherwise. */
function sliceHealth({ conditions }: KubeEndpoint): Endpoint['health'] | undefined {
  if (conditions?.ready ?? true) return 'healthy';
  if (!conditions?.terminating) return 'unhealthy';
  return (conditions.serving ?? true) ? 'draining' : undefined;
}

/** The endpoints of one named port of an Endpoints object. */
export function endpointsOf(
  object: KubeEndpoints,
  portName: string,
  publishNotReady: boolean,
  resident: Resident,
): readonly Endpoint[] {
  return (object.subsets ?? []).flatMap((subset) => {
    const port = subset.ports?.find(({ name }) => (name ?? '') === portName)?.port;
    if (port === undefined) return [];
    const listed = [
      ...(subset.addresses ?? []).map((address) => ({ ...address, health: 'healthy' as const })),
      ...(subset.notReadyAddresses ?? []).map((address) => ({
        ...address,
        health: publishNotReady ? ('healthy' as const) : ('unhealthy' as const),
      })),
    ];
    return listed.map(({ ip, targetRef, nodeName, health }) => {
      const pod = podOf(object.metadata.namespace, targetRef);
      return { address: ip, port, ...resident(ip, pod, nodeName, ''), weight: 1, health };
    });
  });
}

/** The key of the Pod that a reference names. */
export function podOf(
  namespace: string,
  ref:
    | {
        readonly kind?: string | undefined;
        readonly name?: string | undefined;
        readonly namespace?: string | undefined;
      }
    | null
    | undefined,
): string | undefined {
  return ref?.kind === 'Pod' && ref.name ? `${ref.namespace ?? namespace}/${ref.name}` : undefined;
}

/**
 * The endpoint that Kubernetes would list for a pod, one for each address, where nobody runs the controller that
 * does (a directory of files). `target` is the service port's targetPort.
 */
export function podEndpoints(
  pod: KubePod,
  target: { readonly port: number | string; readonly protocol: string },
  publishNotReady: boolean,
  node: Locality,
): readonly Endpoint[] {
  const port = typeof target.port === 'number' ? target.port : containerPort(pod, target.port, target.protocol);
  if (port === undefined) return [];
  const health = publishNotReady || isReady(pod) ? 'healthy' : 'unhealthy';
  const workload = podWorkload(pod, node);
  return podAddresses(pod).map((address) => ({ address, port, ...workload, weight: 1, health }));
}

/** A resident nobody knows more of than where the slice says it stands. */
export function stranger(pod: string | undefined, node: Locality, zone: string): Workload {
  const workload = unknownWorkload(node.zone === '' && zone !== '' ? { ...node, zone } : node);
  if (pod === undefined) return workload;
  const [namespace = '', name = ''] = pod.split('/');
  return { ...workload, workload: { name, namespace } };
}
