import type { ProxyIdentity, XdsAddress } from '../../translate/bootstrap/index.ts';
import type { DemoGateway, DemoPlan } from './plan.ts';
import type { DemoPod } from './pods.ts';
import { usualOrAny } from './ports.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from './proxy.ts';

export interface RunningGateway extends DemoGateway, RunningProxy {}

export interface RunningSidecar extends RoutedPod, RunningProxy {}

/** A Pod, and where programs may use its sidecar as their `http_proxy`. */
export interface RoutedPod extends DemoPod {
  readonly proxyPort: number;
}

export interface ProxiesOptions extends Omit<ProxyOptions, 'adminPort' | 'xds'> {
  /** Where a service account finds pharos, and what it proves itself with there. */
  readonly xdsFor: (namespace: string, serviceAccount: string) => Promise<XdsAddress>;
  readonly started: AsyncDisposableStack;
}

/** Before anything runs, so that programs can be told where their sidecar will be. */
export async function routePods({ sidecars }: DemoPlan): Promise<readonly RoutedPod[]> {
  const routed: RoutedPod[] = [];
  for (const [i, pod] of sidecars.entries()) {
    routed.push({ ...pod, proxyPort: await usualOrAny(USUAL_PROXY_PORT + i) });
  }
  return routed;
}

export async function startGateways({ gateways }: DemoPlan, options: ProxiesOptions): Promise<RunningGateway[]> {
  const running: RunningGateway[] = [];
  for (const [i, gateway] of gateways.entries()) {
    const { name, namespace, labels, serviceAccount } = gateway;
    const who = { role: 'router', name, namespace, addresses: ['127.0.0.1'], labels } as const;
    const identity = { ...who, ...(serviceAccount !== undefined && { serviceAccount }) };
    running.push({ ...gateway, ...(await start(identity, i, options)) });
  }
  return running;
}

/** Without iptables: each opens the ports of its Pod itself, on the Pod's own address. `before`: other proxies. */
export async function startSidecars(
  pods: readonly RoutedPod[],
  before: number,
  options: ProxiesOptions,
): Promise<RunningSidecar[]> {
  const running: RunningSidecar[] = [];
  for (const [i, pod] of pods.entries()) {
    const { name, namespace, labels, serviceAccount, address, proxyPort: httpProxyPort } = pod;
    const who = { role: 'sidecar', name, namespace, addresses: [address], labels, serviceAccount } as const;
    running.push({ ...pod, ...(await start({ ...who, interception: 'none', httpProxyPort }, before + i, options)) });
  }
  return running;
}

async function start(
  identity: ProxyIdentity,
  i: number,
  { xdsFor, started, ...options }: ProxiesOptions,
): Promise<RunningProxy> {
  const xds = await xdsFor(identity.namespace, identity.serviceAccount ?? 'default');
  const running = await startProxy(identity, { ...options, xds, adminPort: USUAL_ADMIN_PORT + i });
  started.defer(running.child.stop);
  return running;
}

/** The port that Istio's documents name for Envoy's admin page. */
const USUAL_ADMIN_PORT = 15_000;

/** The port that Istio's documents name for a sidecar's `http_proxy`, and the next ones. */
const USUAL_PROXY_PORT = 15_080;
