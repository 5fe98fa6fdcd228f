import { expect, test } from 'vitest';
import type { MtlsMode } from '../../policy/index.ts';
import type { FilterChain } from '../../proto/index.ts';
import { fakeService } from '../fake-mesh.ts';
import { fakeView } from '../fake-views.ts';
import { cart, entries, names, setUp, withPort } from './listeners.fixture.ts';

const SECURE = { secrets: 'ads', serviceAccount: 'cart' } as const;
const MODES = { strict: 'strict', permissive: 'permissive', disable: 'disable' } as const;

/** A workload with ports 8080 (HTTP) and 9090 (detected), whose modes are said by port; 0 is all others. */
function workload(modes: Readonly<Record<number, MtlsMode>>) {
  const made = setUp(
    [fakeService('cart'), withPort('raw', 'auto', {}, 81)],
    {},
    {
      mtlsMode: (_, __, port) => modes[port] ?? modes[0] ?? 'permissive',
      mtlsPorts: () =>
        Object.keys(modes)
          .map(Number)
          .filter((port) => port > 0),
    },
  );
  made.inbound.set('cart', [
    { targetPort: 8080, protocol: 'http', services: [{ id: cart, port: 80 }] },
    { targetPort: 9090, protocol: 'auto', services: [{ id: 'shop/raw.shop.svc.cluster.local', port: 81 }] },
  ]);
  return made;
}

const isSecured = ({ transportSocket }: FilterChain): boolean => transportSocket !== undefined;
const at = (chains: readonly FilterChain[] = [], port: number | undefined): readonly FilterChain[] =>
  chains.filter(({ filterChainMatch }) => filterChainMatch?.destinationPort === port);

test('without a certificate, permissive and disabled listeners are what they are without policies', () => {
  const view = fakeView();
  const bare = entries(workload({}).listeners.resources(view)).map(({ version }) => version);
  expect(entries(workload({ 0: MODES.disable }).listeners.resources(view)).map(({ version }) => version)).toEqual(bare);
  expect(bare.every(Boolean)).toBe(true);
});

test('a strict port has secured chains only, and so has what no service has where the mesh is strict', () => {
  const { filterChains } = workload({ 0: 'strict' }).listener('virtualInbound', SECURE);
  for (const port of [8080, 9090, undefined]) {
    const chains = at(filterChains, port);
    expect([port, chains.length > 0, chains.every(isSecured)]).toEqual([port, true, true]);
  }
});

test('a port that no service has obeys what is said of it, and of no other', () => {
  const { filterChains } = workload({ 7777: 'strict' }).listener('virtualInbound', SECURE);
  expect(at(filterChains, 7777).map(isSecured)).toEqual([true, true]);
  expect(at(filterChains, undefined).some((chain) => !isSecured(chain))).toBe(true);
});

test('TLS is looked for only where it may end, so that a disabled port may speak first', () => {
  const inspector = (modes: Parameters<typeof workload>[0]) =>
    workload(modes)
      .listener('virtualInbound', SECURE)
      .listenerFilters?.find(({ name }) => name?.endsWith('tls_inspector'));
  const port = (start: number) => ({ destinationPortRange: { start, end: start + 1 } });
  expect(inspector({ 8080: 'disable' })?.filterDisabled).toEqual(port(8080));
  expect(inspector({ 0: 'disable', 9090: 'strict' })?.filterDisabled).toEqual({ notMatch: port(9090) });
  expect(inspector({})).not.toHaveProperty('filterDisabled');
  expect(inspector({ 0: 'disable' })).toBeUndefined();
});

test('clients that tell in their ALPN only what they speak are known by the name that they ask for', () => {
  const { filterChains } = workload({}).listener('virtualInbound', SECURE);
  const named = at(filterChains, 9090).filter(({ filterChainMatch }) => filterChainMatch?.serverNames);
  expect(named.map(({ filterChainMatch }) => filterChainMatch?.serverNames)).toEqual([
    ['*.raw.shop.svc.cluster.local'],
    ['*.raw.shop.svc.cluster.local'],
  ]);
  expect(at(filterChains, 8080).some(({ filterChainMatch }) => filterChainMatch?.serverNames)).toBe(false);
});

test('every combination of modes is one that Envoy takes', () => {
  for (const mode of Object.values(MODES)) {
    for (const secrets of ['ads', 'agent', 'none'] as const) {
      for (const interception of ['redirect', 'tproxy', 'none'] as const) {
        const { listeners } = workload({ 0: mode, 9090: 'strict', 7777: 'disable' });
        const layers = listeners.resources(fakeView({ secrets, interception, addresses: ['10.0.0.7'] }));
        expect(entries(layers).filter(({ version }) => version === undefined)).toEqual([]);
        expect(names(layers).length).toBeGreaterThan(1);
      }
    }
  }
});

test('who says whom a port takes is among those who decided the listener', () => {
  const origin = { object: 'security.istio.io/PeerAuthentication/shop/default' as never, path: 'spec.mtls.mode' };
  const { listeners, inbound } = setUp([fakeService('cart')], {}, { mtlsDecision: () => ({ mode: 'strict', origin }) });
  inbound.set('cart', [{ targetPort: 8080, protocol: 'http', services: [{ id: cart, port: 80 }] }]);
  expect(listeners.explain(fakeView(SECURE), 'virtualInbound')?.decided).toContainEqual({
    path: 'filterChains',
    origin,
  });
});
