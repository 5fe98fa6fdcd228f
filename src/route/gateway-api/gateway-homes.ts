import type { KubePod, KubeService } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import type { Address } from './gateway-api.ts';
import { GATEWAY_NAME } from './proxy-labels.ts';

/** Where the proxies of a Gateway are, as far as objects labelled with its name tell. */
export interface Home {
  readonly hasService: boolean;
  /** Of its load balancers; else of its Services; else of its Pods. */
  readonly addresses: readonly Address[];
}

/** By `namespace/name` of the Gateway. https://gateway-api.sigs.k8s.io/geps/gep-1762/ */
export function createHomes(graph: Graph, { services, pods }: Tables): Query<Home> {
  const labelled = ({ metadata: { namespace, labels } }: KubeService | KubePod): readonly string[] =>
    labels[GATEWAY_NAME] === undefined ? [] : [`${namespace}/${labels[GATEWAY_NAME]}`];
  const servicesOf = services.index('byGatewayName', labelled);
  const podsOf = pods.index('byGatewayName', labelled);
  const ofService = services.column('gatewayAddresses', ({ spec, status }) => ({
    outside: (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => addressOf(ip, hostname)),
    inside: ips(spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP ?? '']),
  }));
  const ofPod = pods.column('gatewayAddresses', ({ status }) =>
    ips(status?.podIPs?.length ? status.podIPs.map(({ ip }) => ip) : [status?.podIP ?? '']),
  );
  return graph.query('gatewayApi.home', (row) => {
    const found = servicesOf(row).map((key) => ofService(key)!);
    const choices = [
      found.flatMap(({ outside }) => outside),
      found.flatMap(({ inside }) => inside),
      podsOf(row).flatMap((key) => ofPod(key)!),
    ];
    return { hasService: found.length > 0, addresses: choices.find((some) => some.length > 0) ?? [] };
  });
}

function addressOf(ip: string | undefined, hostname: string | undefined): readonly Address[] {
  if (ip) return [{ type: 'IPAddress', value: ip }];
  return hostname ? [{ type: 'Hostname', value: hostname }] : [];
}

function ips(written: readonly string[]): readonly Address[] {
  return written.filter((ip) => ip !== '' && ip !== 'None').map((value): Address => ({ type: 'IPAddress', value }));
}
