import { displayName, type KubeService, type KubeServicePort, objectKey } from '../api/index.ts';
import type { Tables } from '../store/index.ts';
import { isExternalName, servicePort } from './from-kubernetes-service.ts';
import { kubernetesHost } from './host.ts';
import { labelText } from './labels.ts';
import type { Mesh } from './mesh.ts';
import { agedBy, byAge } from './precedence.ts';
import type { Check, Finding } from './problems.ts';
import type { Selectors } from './selectors.ts';
import { serviceId } from './service-id.ts';

interface Sources {
  readonly store: Tables;
  readonly selectors: Selectors;
  readonly endpoints: Mesh['endpoints'];
  readonly clusterDomain: string;
}

/** A Kubernetes Service among pods and the other services. */
export function serviceProblems(sources: Sources): Check {
  return (row) => {
    const service = sources.store.services.get(row);
    if (!service || isExternalName(service)) return [];
    return [...withoutEndpoints(sources, service), ...protocolConflicts(sources, service)];
  };
}

function withoutEndpoints({ endpoints, clusterDomain }: Sources, service: KubeService): readonly Finding[] {
  const { namespace, name } = service.metadata;
  const id = serviceId(namespace, kubernetesHost(namespace, name, clusterDomain));
  const ports = service.spec.ports ?? [];
  const empty = ports.flatMap((port, i) => (endpoints(id, port.port).length === 0 ? [i] : []));
  if (empty.length === 0) return [];
  if (empty.length === ports.length) return [nobody(service)];
  return empty.map((i) => ({
    severity: 'warning',
    code: 'no-endpoints',
    path: `spec.ports[${i}]`,
    message: `no endpoint serves port ${ports[i]!.port}, though others of the service are served`,
    hint: 'ports are found by name: is it the same in the EndpointSlice, and targetPort a port of the container?',
  }));
}

function nobody({ spec, metadata }: KubeService): Finding {
  const selector = labelText(spec.selector ?? {});
  return {
    severity: 'warning',
    code: 'no-endpoints',
    path: selector === '' ? 'spec' : 'spec.selector',
    message: selector === '' ? 'nobody serves it' : `nobody serves it: no running pod was found by ${selector}`,
    hint: `without pods, an EndpointSlice with the label kubernetes.io/service-name: ${metadata.name} can say who does`,
  };
}

/** Two services of the same pods that lead to one port, and say different things of it: the older is believed there. */
function protocolConflicts({ store, selectors }: Sources, service: KubeService): readonly Finding[] {
  const { namespace } = service.metadata;
  const selector = labelText(service.spec.selector ?? {});
  const older = selectors
    .services(namespace)
    .filter(({ labels }) => labelText(labels) === selector)
    .map(({ key }) => store.services.get(key)!)
    .filter((one) => byAge(agedBy(one.metadata), agedBy(service.metadata)) < 0)
    .sort((a, b) => byAge(agedBy(a.metadata), agedBy(b.metadata)));
  return (service.spec.ports ?? []).flatMap((port, i): readonly Finding[] => {
    const { protocol } = servicePort(port);
    const targets = older.flatMap((one) => (one.spec.ports ?? []).map((other) => ({ one, other })));
    const first = targets.find(
      ({ other }) => targetOf(other) === targetOf(port) && servicePort(other).protocol !== 'udp',
    );
    const believed = first && servicePort(first.other).protocol;
    if (!first || protocol === 'udp' || believed === protocol) return [];
    const winner = displayName(objectKey('', 'Service', namespace, first.one.metadata.name));
    const message = `says ${protocol}, but ${winner}, which comes first, says ${believed} for the same port of the same pods`;
    return [{ severity: 'warning', code: 'protocol-conflict', path: `spec.ports[${i}]`, message }];
  });
}

function targetOf(port: KubeServicePort): number | string {
  return port.targetPort ?? port.port;
}
