import type { Gateway } from '../api/index.ts';
import type { Labels } from '../mesh/index.ts';
import { podAddresses } from '../mesh/pod.ts';
import { type GatewayServer, kindOf } from '../route/index.ts';
import type { ControlPlane } from './index.ts';
import type { KnownPort, KnownWorkload } from './workloads.ts';

/**
 * Gateways as those who are called: the proxies that a Gateway selects, with all ports that Gateways open on them. Where
 * no Pod tells of such a proxy, it is one in the Gateway's own namespace with just the labels that are selected.
 */
export function gatewaysOf(controlPlane: ControlPlane): readonly KnownWorkload[] {
  const { store } = controlPlane;
  return store.gateways.keys().map((row) => {
    const gateway = store.gateways.get(row)!;
    const pods = selectedPods(controlPlane, gateway);
    const [pod] = pods;
    const namespace = pod?.metadata.namespace ?? gateway.metadata.namespace;
    const labels = pod?.metadata.labels ?? gateway.spec.selector ?? {};
    return {
      subject: { role: 'router', namespace, labels },
      name: gateway.metadata.name,
      members: pods.map(({ metadata }) => metadata.name),
      serviceAccount: pod?.spec?.serviceAccountName ?? pod?.spec?.serviceAccount ?? 'default',
      addresses: pod ? podAddresses(pod) : [],
      ports: portsOf(controlPlane, namespace, labels),
      gateway: row,
    };
  });
}

function selectedPods({ store }: ControlPlane, { spec: { selector = {} } }: Gateway) {
  const all = store.pods.keys().map((row) => store.pods.get(row)!);
  return all.filter(({ metadata }) =>
    Object.entries(selector).every(([name, value]) => metadata.labels[name] === value),
  );
}

/** What the first server of a port says holds for the port: those of one port are of one kind, or differ by their hosts. */
function portsOf({ routing }: ControlPlane, namespace: string, labels: Labels): readonly KnownPort[] {
  const byPort = Map.groupBy(routing.serversFor(namespace, labels), ({ port }) => port);
  return [...byPort].map(([number, servers]) => {
    const [first] = servers as [GatewayServer, ...GatewayServer[]];
    const kind = kindOf(first);
    return {
      number,
      service: undefined,
      protocol: kind === 'http' || kind === 'https' ? 'http' : 'tcp',
      speaks: kind === 'http' || kind === 'https' ? 'http' : 'tcp',
      server: {
        origin: { object: first.gateway, path: first.path },
        takes: takesOf(first),
        isUnguarded: kind === 'auto-passthrough',
        isTls: first.tls !== undefined,
        believesOthers: first.tls?.mode === 'certificates',
      },
    };
  });
}

/** Whether clients show certificates that the gateway looks at. */
function takesOf({ tls }: GatewayServer): NonNullable<KnownPort['server']>['takes'] {
  if (tls?.mode === 'mesh') return 'strict';
  if (tls?.mode !== 'certificates' || tls.client === 'none') return 'disable';
  return tls.client === 'required' ? 'strict' : 'permissive';
}
