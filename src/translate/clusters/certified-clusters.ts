import type { Graph } from '../../graph/index.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import type { Mesh } from '../../mesh/index.ts';
import { type Cluster, type Entry, encode } from '../../proto/index.ts';
import type { GatewayApi } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import { destinationCluster, statPrefix } from '../names.ts';
import { hostOf, type Outbound, type OutboundSpec, scopeOf } from '../outbound.ts';
import type { Built } from '../translator.ts';
import { type Client, clientOf } from './security-of.ts';

export interface CertifiedClusters {
  readonly layer: (view: View) => Shares<Entry>;
  readonly build: (view: View, name: string) => Built<Cluster> | undefined;
}

/** A cluster of a Gateway with a certificate of its own. */
interface Certified {
  readonly name: string;
  readonly spec: OutboundSpec;
  readonly client: Client;
}

/**
 * Services as Gateways call them that show a certificate there: the same service may be called by several, and each shows
 * its own. The endpoints are those of the service's own cluster.
 * https://gateway-api.sigs.k8s.io/reference/spec/#gatewaybackendtls
 */
export function createCertifiedClusters(
  graph: Graph,
  mesh: Mesh,
  outbound: Outbound,
  api: GatewayApi,
  buildOutbound: (spec: OutboundSpec, client: Client) => Built<Cluster> | undefined,
): CertifiedClusters {
  const rootNamespace = graph.query('clusters.rootNamespace', () => mesh.config().rootNamespace);

  const ofGateway = (view: View, gateway: string): readonly Certified[] => {
    const clientCertificate = api.gateway(gateway)?.clientCertificate;
    if (clientCertificate === undefined) return [];
    const isTrusted = [gateway.split('/')[0], rootNamespace('')].includes(view.namespace);
    return api.securedBackends(gateway).flatMap(({ host, port }) => {
      const specs = outbound.clusters(scopeOf(view), host);
      const spec = specs.find((one) => one.port === port && one.subset === undefined);
      if (spec?.backendTls === undefined) return [];
      const name = destinationCluster({ host, port, subset: undefined, as: gateway });
      const client = isTrusted ? clientOf(view) : { ...clientOf(view), credentialsOf: undefined };
      return [{ name, spec: { ...spec, clientCertificate }, client }];
    });
  };
  const certifiedOf = (view: View): readonly Certified[] =>
    api.servedBy(view.namespace, view.labels).flatMap((gateway) => ofGateway(view, gateway));

  const build = ({ name, spec, client }: Certified): Built<Cluster> | undefined => {
    const built = buildOutbound(spec, client);
    return built && { ...built, message: { ...built.message, name, altStatName: statPrefix(name) } };
  };
  const entry = graph.query('cluster.certified', (key): Entry | undefined => {
    const built = build(JSON.parse(key) as Certified);
    return built && encode('cds', built.message);
  });
  return {
    layer: (view) => {
      const entries = certifiedOf(view).flatMap((one) => entry(JSON.stringify(one)) ?? []);
      return entries.length === 0 ? NONE : sharesOf(entries.map((one) => [one.name, one] as const));
    },
    build: (view, name) => {
      const found = certifiedOf(view).find((one) => one.name === name && hostOf(name) === hostOf(one.spec.name));
      return found && build(found);
    },
  };
}

const NONE: Shares<Entry> = sharesOf<Entry>([]);
