import type { Graph, Query } from '../../graph/index.ts';
import { kubernetesHost, type Mesh, parseKubernetesHost } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import { type AddressClaims, placeOf, settleAddresses } from './address-claims.ts';
import { parsePool } from './address-pool.ts';
import { type Addresses, addressesOf } from './gateway-addresses.ts';
import { createHomes } from './gateway-homes.ts';
import type { GatewayOptions } from './options.ts';

/** The addresses of Gateways that are ours. */
export function createAddresses(
  graph: Graph,
  store: Tables,
  mesh: Mesh,
  { addressPool }: GatewayOptions,
  oldestFirst: Query<readonly string[]>,
): Query<Addresses> {
  const pool = addressPool === undefined ? undefined : parsePool(addressPool);
  if (addressPool !== undefined && !pool)
    throw new Error(`the address pool ${addressPool} is no CIDR: who read it promised one`);
  const asked = store.kubernetesGateways.column('addresses', ({ spec }) => spec.addresses ?? []);
  const home = createHomes(graph, store);
  const isService = createIsService(graph, store, mesh);

  const claims = graph.query(
    'gatewayApi.addressClaims',
    (): AddressClaims | undefined =>
      pool &&
      settleAddresses(
        pool,
        oldestFirst('').map((gateway) => ({ gateway, asked: asked(gateway) ?? [] })),
      ),
  );
  // So that only those hear of it whose address has changed.
  const allocated = graph.query('gatewayApi.allocated', (place) => claims('')?.allocated.get(place));
  const holder = graph.query('gatewayApi.addressHolder', (address) => claims('')?.named.get(address));

  return graph.query('gatewayApi.addresses', (row) =>
    addressesOf(asked(row) ?? [], {
      pool,
      home: home(row),
      allocated: (at) => allocated(placeOf(row, at)),
      takenBy: (address) => {
        const other = holder(address);
        return other === row ? undefined : other;
      },
      isService,
    }),
  );
}

/** `public.infra`, `public.infra.svc` or the full host. */
function createIsService(graph: Graph, store: Tables, mesh: Mesh): (host: string) => boolean {
  const clusterDomain = graph.query('gatewayApi.addressDomain', () => mesh.config().clusterDomain);
  const exists = store.services.column('isThere', () => true);
  return (host) => {
    const [name = '', namespace = '', svc = 'svc', ...rest] = host.split('.');
    const full = rest.length === 0 && svc === 'svc' ? kubernetesHost(namespace, name, clusterDomain('')) : host;
    const service = parseKubernetesHost(full, clusterDomain(''));
    return service !== undefined && exists(`${service.namespace}/${service.name}`) === true;
  };
}
