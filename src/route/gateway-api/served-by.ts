import type { KubernetesGateway, Labels } from '../../api/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { Mesh } from '../../mesh/index.ts';
import { selects } from '../../mesh/labels.ts';
import type { Tables } from '../../store/index.ts';
import type { Gateways } from './create-gateways.ts';
import type { GatewayApi } from './gateway-api.ts';
import { GATEWAY_CLASS_NAME, GATEWAY_NAME } from './proxy-labels.ts';

/**
 * The Gateways of a proxy, the oldest first: the one that its label names; those of the class that its label names, for
 * a proxy of the root namespace without a name; and those whose address is a Service that selects it.
 * https://gateway-api.sigs.k8s.io/geps/gep-1762/
 */
export function createServedBy(graph: Graph, store: Tables, mesh: Mesh, gateways: Gateways): GatewayApi['servedBy'] {
  const rootNamespace = graph.query('gatewayApi.rootNamespace', () => mesh.config().rootNamespace);
  const ofClass = graph.query('gatewayApi.ofClass', (name) =>
    gateways.byAge().filter((row) => gateways.className(row) === name),
  );
  const hostnames = store.kubernetesGateways.column('hostnameAddresses', hostnamesOf);
  const selector = store.services.column('gatewaySelector', ({ spec }) => spec.selector ?? {});
  // By namespace of the Service.
  const throughService = graph.query('gatewayApi.throughService', (namespace) =>
    gateways.byAge().flatMap((gateway) =>
      (hostnames(gateway) ?? []).flatMap((host) => {
        const service = serviceOf(host);
        return service?.namespace === namespace ? [{ gateway, service: `${namespace}/${service.name}` }] : [];
      }),
    ),
  );

  return (namespace, labels) => {
    const chosen = throughService(namespace).flatMap(({ gateway, service }) =>
      selects(selector(service) ?? {}, labels) ? [gateway] : [],
    );
    const named = namedBy(namespace, labels);
    if (chosen.length === 0) return named;
    const all = new Set([...named, ...chosen]);
    return gateways.byAge().filter((row) => all.has(row));
  };

  function namedBy(namespace: string, labels: Labels): readonly string[] {
    const { [GATEWAY_NAME]: name, [GATEWAY_CLASS_NAME]: className } = labels;
    if (name !== undefined) return gateways.isOurs(`${namespace}/${name}`) ? [`${namespace}/${name}`] : [];
    return className !== undefined && namespace === rootNamespace('') ? ofClass(className) : [];
  }
}

function hostnamesOf({ spec }: KubernetesGateway): readonly string[] {
  return (spec.addresses ?? []).flatMap(({ type, value }) => (type === 'Hostname' && value ? [value] : []));
}

/** `public.infra`, `public.infra.svc` and what comes after; whether there is such a Service is not asked. */
function serviceOf(host: string): { readonly namespace: string; readonly name: string } | undefined {
  const [name, namespace, svc = 'svc'] = host.split('.');
  return name && namespace && svc === 'svc' ? { namespace, name } : undefined;
}
