import { expect, test } from 'vitest';
import type { ObjectKey } from '../../mesh/index.ts';
import type { GatewayServer } from '../../route/index.ts';
import type { View } from '../../view/index.ts';
import { fakeService } from '../fake-mesh.ts';
import { fakeView } from '../fake-views.ts';
import { cart, endOf, ends, entries, names, setUp, withPort } from './listeners.fixture.ts';

test('virtualInbound has a chain for each port, and looks for HTTP only where the protocol is not known', () => {
  const { listener, inbound, listeners } = setUp([fakeService('cart')]);
  const services = [{ id: cart, port: 80 }];
  inbound.set('cart', [
    { targetPort: 8080, protocol: 'http', services },
    { targetPort: 9090, protocol: 'auto', services },
    { targetPort: 5432, protocol: 'tcp', services },
  ]);
  const built = listener('virtualInbound');
  expect(built.filterChains?.map((chain) => [chain.name, endOf(chain)])).toEqual([
    ['virtualInbound-blackhole', 'tcp:BlackHoleCluster'],
    ['virtualInbound-catchall-http', 'http:InboundPassthroughCluster'],
    ['virtualInbound', 'tcp:InboundPassthroughCluster'],
    ['0.0.0.0_8080', 'http:inbound|8080||'],
    ['0.0.0.0_9090', 'http:inbound|9090||'],
    ['0.0.0.0_9090', 'tcp:inbound|9090||'],
    ['0.0.0.0_5432', 'tcp:inbound|5432||'],
  ]);
  expect(built.listenerFilters?.at(-1)?.filterDisabled?.orMatch?.rules).toEqual(
    [5432, 8080, 15006].map((start) => ({ destinationPortRange: { start, end: start + 1 } })),
  );
  expect(entries(listeners.resources(fakeView())).filter(({ version }) => !version)).toEqual([]);
});

test('TPROXY keeps the address of the client', () => {
  const { listener } = setUp();
  const built = listener('virtualInbound', { interception: 'tproxy' });
  expect(built.transparent).toBe(true);
  expect(built.listenerFilters?.map(({ name }) => name)).toContain('envoy.filters.listener.original_src');
  expect(listener('virtualOutbound', { interception: 'tproxy' }).transparent).toBe(true);
});

test('without interception listeners bind: HTTP at 127.0.0.1, others at their own loopback address or not at all', () => {
  const { listeners, listener, inbound } = setUp([
    fakeService('cart'),
    withPort('db', 'tcp', { addresses: ['127.0.5.1'] }, 5432),
    withPort('far', 'tcp', { addresses: ['10.0.0.9'] }, 5433),
  ]);
  inbound.set('cart', [{ targetPort: 8080, protocol: 'http', services: [{ id: cart, port: 80 }] }]);
  const view: Partial<View> = { interception: 'none', addresses: ['127.0.9.1', '127.0.9.2'], httpProxyPort: 15080 };
  expect(names(listeners.resources(fakeView(view)))).toEqual([
    '127.0.0.1_15080',
    '127.0.0.1_80',
    '127.0.5.1_5432',
    '127.0.9.1_8080',
  ]);
  expect(ends(listener('127.0.0.1_80', view))).toEqual({ chains: ['http:80'], otherwise: undefined });
  expect(listener('127.0.0.1_80', view)).not.toHaveProperty('bindToPort');
  expect(ends(listener('127.0.0.1_15080', view)).chains).toEqual(['http:http_proxy']);
  expect(listener('127.0.9.1_8080', view)).toMatchObject({
    additionalAddresses: [{ address: { socketAddress: { address: '127.0.9.2' } } }],
    filterChains: [{ name: '127.0.9.1_8080' }],
  });
  expect(entries(listeners.resources(fakeView(view))).filter(({ version }) => !version)).toEqual([]);
});

test('without interception the ports of the application stay free', () => {
  const { listeners, inbound } = setUp([fakeService('cart'), withPort('other', 'http', {}, 8080)]);
  inbound.set('cart', [{ targetPort: 8080, protocol: 'http', services: [{ id: cart, port: 80 }] }]);
  const view = fakeView({ interception: 'none', addresses: ['127.0.9.1'] });
  expect(names(listeners.resources(view))).toEqual(['127.0.0.1_80', '127.0.9.1_8080']);
});

const server = (over: Partial<GatewayServer>): GatewayServer => ({
  port: 80,
  protocol: 'HTTP',
  portName: 'http',
  bind: undefined,
  gateway: 'networking.istio.io/Gateway/shop/edge' as ObjectKey,
  path: 'spec.servers[0]',
  name: undefined,
  httpsRedirect: false,
  hosts: ['*'],
  tls: undefined,
  ...over,
});

const SIMPLE: GatewayServer['tls'] = {
  mode: 'certificates',
  client: 'none',
  certificates: [{ from: 'secret', name: 'shop' }],
  authorities: undefined,
  subjectAltNames: [],
  verifySpki: [],
  verifyHash: [],
  crl: undefined,
  minVersion: undefined,
  maxVersion: undefined,
  cipherSuites: [],
};

test('a router opens the HTTP ports of its gateways, each once, and none without certificates', () => {
  const { listeners, listener } = setUp([fakeService('cart')], {
    serversFor: () => [
      server({}),
      server({ portName: 'http2' }),
      server({ port: 8080, bind: '127.0.0.2' }),
      server({ port: 443, protocol: 'HTTPS', tls: SIMPLE }),
    ],
  });
  const router = { role: 'router' as const };
  expect(names(listeners.resources(fakeView(router)))).toEqual(['0.0.0.0_80', '127.0.0.2_8080']);
  expect(ends(listener('0.0.0.0_80', router)).chains).toEqual(['http:http.80']);
  expect(ends(listener('127.0.0.2_8080', router)).chains).toEqual(['http:http.8080.127.0.0.2']);
  expect(listener('0.0.0.0_80', router).filterChains?.[0]?.filters?.[0]?.typedConfig).toMatchObject({
    useRemoteAddress: true,
    forwardClientCertDetails: 'SANITIZE_SET',
    serverName: 'istio-envoy',
  });
  expect(entries(listeners.resources(fakeView(router))).filter(({ version }) => !version)).toEqual([]);
});
