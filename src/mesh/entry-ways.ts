import type { ServiceEntry, ServiceEntryPort } from '../api/index.ts';
import type { Tables } from '../store/index.ts';
import { entryEndpoint, inlineEndpoints } from './entry-endpoints.ts';
import type { Self, Way, Ways } from './inbound-ports.ts';
import { selects } from './labels.ts';
import type { NamedAddresses } from './named-addresses.ts';
import { agedBy } from './precedence.ts';
import { protocolNamed } from './protocol.ts';
import type { Selection } from './selection.ts';
import type { Selectors } from './selectors.ts';
import { serviceId } from './service-id.ts';
import type { Services } from './services.ts';

interface Sources {
  readonly store: Tables;
  readonly services: Services;
  readonly selectors: Selectors;
  readonly named: NamedAddresses;
  readonly selection: Selection;
}

/**
 * The ServiceEntries of a workload's namespace that lead to it: by their selector, or by its literal address. Those of
 * other namespaces do not: nobody opens ports of workloads that are not his.
 */
export function entryWays({ store, services, selectors, named, selection }: Sources): Ways {
  const entryOf = (key: string): ServiceEntry => store.serviceEntries.get(key)!;

  const bySelector = (self: Self): readonly Way[] =>
    selectors
      .entries(self.namespace)
      .filter(({ labels }) => selects(labels, self.labels))
      .flatMap(({ key, labels }) => {
        const own = selection.workloadEntries(self.namespace, labels);
        const spec = own.find(({ spec: { address } }) => address && self.addresses.includes(address))?.spec;
        return ways(entryOf(key), (port) => {
          const fallback = port.targetPort ?? port.number;
          return spec ? entryEndpoint(spec, {}, undefined, port).map((endpoint) => endpoint.port) : [fallback];
        });
      });
  const byAddress = (self: Self): readonly Way[] =>
    self.addresses
      .flatMap((address) => named.entries(address).map((key) => ({ address, entry: entryOf(key) })))
      .filter(({ entry }) => entry.metadata.namespace === self.namespace)
      .flatMap(({ address, entry }) =>
        ways(entry, (port, host) =>
          inlineEndpoints(entry, host, port).flatMap((endpoint) => (endpoint.address === address ? endpoint.port : [])),
        ),
      );

  const ways = (
    entry: ServiceEntry,
    targetsOf: (port: ServiceEntryPort, host: string) => readonly number[],
  ): readonly Way[] =>
    entry.spec.hosts.flatMap((host) => {
      const id = serviceId(entry.metadata.namespace, host);
      const defined = services.definition(id);
      // Another object has the host: this one defines no service.
      if (defined?.kind !== 'service-entry' || defined.entry !== entry) return [];
      return (entry.spec.ports ?? []).flatMap((port) =>
        targetsOf(port, host).map((targetPort) => ({
          id,
          port: port.number,
          targetPort,
          protocol: protocolNamed(port.protocol ?? ''),
          age: agedBy(entry.metadata),
        })),
      );
    });

  return (self) => [...bySelector(self), ...byAddress(self)];
}
