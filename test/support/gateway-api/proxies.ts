import type { RawObject } from '../../../src/api/index.ts';
import type { Node } from '../../../src/view/index.ts';
import type { GatewayCase } from './case.ts';
import { gatewayPods, labelsOf, namespaceOf, podIpOf } from './endpoints.ts';

export type Protocol = 'delta' | 'sotw';

/** Whose Gateways have no Envoy of their own. */
const CLASS_NAME = 'gateway.networking.k8s.io/gateway-class-name';
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';
const CONTROLLER = 'pharos.dev/gateway-controller';

/** The Envoys of the Gateways of a case: one for all of a class, and one for each Pod that is a Gateway's own. */
export function routersOf(objects: readonly RawObject[], protocol: Protocol): readonly Node[] {
  const pods = gatewayPods(objects);
  const own = pods.map((pod) => nodeOf(pod, protocol, 'router', { addresses: [podIpOf(pod) ?? '127.0.0.1'] }));
  const gateways = objects.filter((object) => object.kind === 'Gateway' && !hasOwn(object, pods));
  const classes = new Set(gateways.map(({ spec }) => (spec as { gatewayClassName?: string })?.gatewayClassName ?? ''));
  const ours = [...classes].filter((name) => isOurs(name, objects));
  return [...own, ...ours.map((name) => classRouter(name, protocol))];
}

/**
 * The sidecars beside Pods that are called, to which iptables lead what comes to the Pod. One for a case: in one network
 * only one can have the ports that iptables lead to.
 */
export function interceptorsOf(
  { expected }: GatewayCase,
  objects: readonly RawObject[],
  protocol: Protocol,
): readonly Interceptor[] {
  if (expected.sidecars.length > 1) throw new Error('only one Pod of a case may have a sidecar that is called');
  return expected.sidecars.map((name) => {
    const pod = podNamed(name, objects);
    const address = podIpOf(pod);
    if (address === undefined) throw new Error(`Pod ${name} has no IP`);
    return { address, node: nodeOf(pod, protocol, 'sidecar', { interception: 'redirect', addresses: [address] }) };
  });
}

export interface Interceptor {
  readonly address: string;
  readonly node: Node;
}

/** The sidecars beside the Pods that calls come from, by `namespace/name`. Throws for Pods that are not there. */
export function sidecarsOf(
  { expected }: GatewayCase,
  objects: readonly RawObject[],
  protocol: Protocol,
): ReadonlyMap<string, Node> {
  const from = expected.steps
    .flatMap(({ calls }) => calls.map((call) => call.from))
    .filter((name) => name !== undefined);
  return new Map(
    [...new Set(from)].map((name) => [name, nodeOf(podNamed(name, objects), protocol, 'sidecar', NO_INTERCEPTION)]),
  );
}

function podNamed(name: string, objects: readonly RawObject[]): RawObject {
  const pod = objects.find((one) => one.kind === 'Pod' && `${namespaceOf(one)}/${one.metadata.name}` === name);
  if (!pod) throw new Error(`there is no Pod ${name} in the case`);
  return pod;
}

function hasOwn(gateway: RawObject, pods: readonly RawObject[]): boolean {
  return pods.some(
    (pod) => labelsOf(pod)[GATEWAY_NAME] === gateway.metadata.name && namespaceOf(pod) === namespaceOf(gateway),
  );
}

/** `pharos` is there without an object. */
function isOurs(className: string, objects: readonly RawObject[]): boolean {
  const written = objects.find((one) => one.kind === 'GatewayClass' && one.metadata.name === className);
  if (!written) return className === 'pharos';
  return (written['spec'] as { controllerName?: string } | undefined)?.controllerName === CONTROLLER;
}

function classRouter(className: string, protocol: Protocol): Node {
  const labels = { [CLASS_NAME]: className };
  const who = { name: `gateways-of-${className}`, namespace: 'istio-system', serviceAccount: 'gateways', labels };
  return routerNode(who, protocol);
}

export function routerNode(who: Omit<Who, 'protocol' | 'metadata'>, protocol: Protocol): Node {
  return describe('router', { ...who, protocol, metadata: {} });
}

/** One that knows no address opens nothing of its program's. */
const NO_INTERCEPTION = { interception: 'none' };

function nodeOf(pod: RawObject, protocol: Protocol, role: 'router' | 'sidecar', metadata: Who['metadata']): Node {
  const { serviceAccountName } = (pod['spec'] ?? {}) as { serviceAccountName?: string };
  const who = { name: pod.metadata.name, namespace: namespaceOf(pod), serviceAccount: serviceAccountName ?? 'default' };
  return describe(role, { ...who, labels: labelsOf(pod), protocol, metadata });
}

interface Who {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly protocol: Protocol;
  readonly metadata: Readonly<Record<string, unknown>>;
}

function describe(
  role: 'router' | 'sidecar',
  { name, namespace, serviceAccount, labels, protocol, metadata }: Who,
): Node {
  return {
    id: `${name}.${namespace}`,
    cluster: `${name}.${namespace}`,
    metadata: { role, namespace, labels, serviceAccount, ...metadata },
    locality: undefined,
    userAgentName: 'envoy',
    userAgentVersion: '',
    protocol,
    identity: { trustDomain: 'cluster.local', namespace, serviceAccount },
  };
}
