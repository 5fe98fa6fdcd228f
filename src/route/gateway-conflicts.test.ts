import { expect, test } from 'vitest';
import type { ObjectKey } from '../api/index.ts';
import { settle } from './gateway-conflicts.ts';
import type { GatewayServer } from './routing.ts';

const server = (name: string, over: Partial<GatewayServer> = {}): GatewayServer => ({
  port: 443,
  protocol: 'TLS',
  portName: name,
  bind: undefined,
  gateway: `networking.istio.io/Gateway/edge/${name}` as ObjectKey,
  path: 'spec.servers[0]',
  name: undefined,
  httpsRedirect: false,
  hosts: ['a.example'],
  tls: { mode: 'passthrough' },
  ...over,
});
const HTTP = { port: 80, protocol: 'HTTP', tls: undefined } as const;
const TCP = { port: 80, protocol: 'TCP', tls: undefined } as const;
const told = (...servers: readonly GatewayServer[]) => {
  const settled = settle(servers);
  return [
    settled.servers.map(({ portName, hosts }) => `${portName} ${hosts}`),
    settled.conflicts.map(({ code, loser, winner, hosts }) => `${code} ${loser.portName} ${winner.portName} ${hosts}`),
  ];
};

test('HTTP shares a port with HTTP, and TLS with TLS', () => {
  const many = [server('a', HTTP), server('b', { ...HTTP, protocol: 'GRPC' })];
  expect(told(...many)).toEqual([['a a.example', 'b a.example'], []]);
  expect(told(server('a'), server('b', { hosts: ['b.example'] }))).toEqual([['a a.example', 'b b.example'], []]);
});

test('the oldest has a port that two want to read otherwise, or that is plain TCP', () => {
  expect(told(server('a', TCP), server('b', TCP))).toEqual([['a a.example'], ['port-taken b a ']]);
  expect(told(server('a', HTTP), server('b', TCP))).toEqual([['a a.example'], ['port-taken b a ']]);
  expect(told(server('a', HTTP), server('b', { port: 80 }))).toEqual([['a a.example'], ['port-taken b a ']]);
  expect(told(server('a', TCP), server('b', { ...TCP, bind: '10.0.0.1' }))[1]).toEqual([]);
});

test('the oldest has a server name; the others keep what is left to them', () => {
  const wide = server('b', { hosts: ['*/a.example', 'shop/b.example', '*.example'] });
  expect(told(server('a'), wide)).toEqual([
    ['a a.example', 'b shop/b.example,*.example'],
    ['host-taken b a a.example'],
  ]);
  expect(told(server('a'), server('b'))).toEqual([['a a.example'], ['host-taken b a a.example']]);
  expect(told(server('a'), server('b', { port: 444 }))[1]).toEqual([]);
});

test('two HTTPS servers of one Gateway and port name would share a route, so the second has none', () => {
  const tls = { mode: 'mesh', subjectAltNames: [], verifySpki: [], verifyHash: [] } as unknown as GatewayServer['tls'];
  const https = (host: string) => server('https', { protocol: 'HTTPS', hosts: [host], tls });
  expect(told(https('a.example'), https('b.example'))).toEqual([['https a.example'], ['port-name-taken https https ']]);
});
