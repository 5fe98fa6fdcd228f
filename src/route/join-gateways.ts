import { isKubernetesServer, type KubernetesRouting } from './gateway-api/kubernetes-routing.ts';
import type { Routing } from './routing.ts';

type AtGateways = Pick<Routing, 'serversFor' | 'gatewayHosts' | 'serverHosts' | 'serverTcpRoutes'>;

/** The servers of both languages. A proxy serves one of them, usually; a port of both is Gateway API's. */
export function joinGateways(kubernetes: KubernetesRouting, istio: AtGateways): AtGateways {
  return {
    serversFor: (namespace, labels) => {
      const [own, others] = [kubernetes.serversFor(namespace, labels), istio.serversFor(namespace, labels)];
      if (own.length === 0 || others.length === 0) return own.length === 0 ? others : own;
      const connections = own.filter(({ protocol }) => protocol !== 'UDP');
      const taken = new Set(connections.map(({ port, bind }) => `${bind ?? ''} ${port}`));
      return [...own, ...others.filter(({ port, bind }) => !taken.has(`${bind ?? ''} ${port}`))];
    },
    gatewayHosts: (namespace, labels, port, bind) => {
      const own = kubernetes.gatewayHosts(namespace, labels, port, bind);
      return own.length > 0 ? own : istio.gatewayHosts(namespace, labels, port, bind);
    },
    serverHosts: (namespace, server) =>
      (isKubernetesServer(server) ? kubernetes : istio).serverHosts(namespace, server),
    serverTcpRoutes: (namespace, server) =>
      (isKubernetesServer(server) ? kubernetes : istio).serverTcpRoutes(namespace, server),
  };
}
