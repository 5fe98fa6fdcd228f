import { expect, test } from 'vitest';
import type { RawObject } from '../../api/index.ts';
import { gateway, listener, object, shown, world } from './world.fixture.ts';

const HTTP = [listener('http', 'HTTP', 80)];
const POOL = { addressPool: '127.20.0.0/16' };
const service = (row: string, spec: object, of?: string, status?: object): RawObject =>
  object(
    'v1',
    'Service',
    row,
    { spec, ...(status && { status }) },
    of ? { labels: { 'gateway.networking.k8s.io/gateway-name': of } } : {},
  );

test('an address of a type that nobody knows makes the Gateway not accepted', () => {
  const addresses = [{ type: 'example.com/pool', value: 'x' }, { value: '127.20.0.9' }];
  const state = world([gateway('infra/a', HTTP, { addresses })], POOL).api.gateway('infra/a')!;
  expect(shown(state.accepted)).toBe('False/UnsupportedAddress');
});

test.each([
  ['an address of the pool', [{ value: '127.20.0.9' }], 'True/Programmed', ['127.20.0.9']],
  ['one outside', [{ value: '10.0.0.9' }], 'False/AddressNotUsable', []],
  ['one of both', [{ value: '10.0.0.9' }, { value: '127.20.0.9' }], 'False/AddressNotUsable', ['127.20.0.9']],
  ['none at all', [{ value: 'mine' }], 'False/AddressNotUsable', []],
  ['the host of no Service', [{ type: 'Hostname', value: 'a.example' }], 'False/AddressNotUsable', []],
  ['any hostname', [{ type: 'Hostname' }], 'False/AddressNotAssigned', []],
])('from a pool: %s', (_, addresses, programmed, values) => {
  const { api } = world([gateway('infra/a', HTTP, { addresses })], POOL);
  const state = api.gateway('infra/a')!;
  expect([shown(state.accepted), shown(state.programmed)]).toEqual(['True/Accepted', programmed]);
  expect(state.addresses).toEqual(values.map((value) => ({ type: 'IPAddress', value })));
  expect(state.binds).toEqual(values);
  // Who has none of its addresses is not opened at all others in their place.
  expect(shown(api.listeners('infra/a')[0]!.programmed)).toBe(values.length > 0 ? 'True/Programmed' : 'False/Pending');
});

test.each([[{}], [{ addresses: [{ type: 'IPAddress' }] }], [{ addresses: [{}] }]])(
  'who names none is given one, always the same: %j',
  (spec) => {
    const alone = world([gateway('infra/a', HTTP, spec)], POOL).api.gateway('infra/a')!;
    const among = world([gateway('infra/a', HTTP, spec), gateway('infra/b', HTTP), gateway('x/a', HTTP)], POOL).api;
    expect(alone.binds).toHaveLength(1);
    expect(alone.binds[0]).toMatch(/^127\.20\./);
    expect(shown(alone.programmed)).toBe('True/Programmed');
    expect(among.gateway('infra/a')!.binds).toEqual(alone.binds);
    expect(new Set(among.gateways().flatMap((row) => among.gateway(row)!.binds)).size).toBe(3);
  },
);

test('the older of two that would have one address has it; nobody is given what somebody names', () => {
  const small = { addressPool: '127.20.0.0/30' };
  const old = gateway('infra/z', HTTP, {}, '2024-01-01T00:00:00Z');
  const young = gateway('infra/a', HTTP, {}, '2024-01-02T00:00:00Z');
  const { api, put } = world([old], small);
  const before = api.gateway('infra/z')!.binds;
  put(young);
  expect(api.gateway('infra/z')!.binds).toEqual(before);
  expect(api.gateway('infra/a')!.binds).not.toEqual(before);
  put(gateway('infra/n', HTTP, { addresses: [{ value: before[0]! }] }, '2024-01-03T00:00:00Z'));
  expect(api.gateway('infra/n')!.binds).toEqual(before);
  expect(shown(api.gateway('infra/a')!.programmed)).toBe('False/AddressNotAssigned');
});

test('of two that name one address the older has it', () => {
  const addresses = [{ value: '127.20.0.9' }];
  const { api } = world(
    [
      gateway('infra/a', HTTP, { addresses }, '2024-01-02T00:00:00Z'),
      gateway('infra/z', HTTP, { addresses }, '2024-01-01T00:00:00Z'),
    ],
    POOL,
  );
  expect([api.gateway('infra/z')!, api.gateway('infra/a')!].map(({ programmed }) => shown(programmed))).toEqual([
    'True/Programmed',
    'False/AddressNotUsable',
  ]);
  expect(api.gateway('infra/a')!.programmed.message).not.toContain('infra/z');
  expect(shown(api.listeners('infra/a')[0]!.programmed)).toBe('False/Pending');
});

const PORTS = { ports: [{ port: 80 }] };

test.each([
  [
    'the load balancer of its Service',
    [
      service('infra/s', { clusterIP: '10.0.0.1', ...PORTS }, 'a', {
        loadBalancer: { ingress: [{ hostname: 'lb.example' }] },
      }),
    ],
    ['Hostname lb.example'],
  ],
  ['its Service', [service('infra/s', { clusterIP: '10.0.0.1', ...PORTS }, 'a')], ['IPAddress 10.0.0.1']],
  [
    'its Pods',
    [
      object(
        'v1',
        'Pod',
        'infra/p',
        { status: { podIP: '10.1.0.1' } },
        { labels: { 'gateway.networking.k8s.io/gateway-name': 'a' } },
      ),
    ],
    ['IPAddress 10.1.0.1'],
  ],
  [
    'nowhere',
    [
      service('infra/s', { clusterIP: '10.0.0.1', ...PORTS }, 'b'),
      service('web/s', { clusterIP: '10.0.0.2', ...PORTS }, 'a'),
    ],
    [],
  ],
] as const)('without a pool a Gateway is where its proxies are: %s', (_, objects, addresses) => {
  const { api } = world([gateway('infra/a', HTTP), ...objects]);
  const state = api.gateway('infra/a')!;
  expect(state.addresses.map(({ type, value }) => `${type} ${value}`)).toEqual(addresses);
  expect(shown(state.programmed)).toBe(addresses.length > 0 ? 'True/Programmed' : 'False/AddressNotAssigned');
  expect(state.binds).toEqual(['every']);
  // Its own proxy is somewhere, whoever knows where.
  expect(shown(api.listeners('infra/a')[0]!.programmed)).toBe('True/Programmed');
});

test('without a pool an address that is named is bound, unless a Service stands before', () => {
  const one = gateway('infra/a', HTTP, { addresses: [{ value: '10.0.0.9' }] });
  expect(world([one]).api.gateway('infra/a')!.binds).toEqual(['10.0.0.9']);
  expect(world([one, service('infra/s', PORTS, 'a')]).api.gateway('infra/a')!.binds).toEqual(['every']);
});

test('a Gateway whose address is the host of a Service is served by what the Service selects', () => {
  const { api } = world([
    gateway('infra/a', HTTP, { addresses: [{ type: 'Hostname', value: 'ingress.istio.svc.cluster.local' }] }),
    gateway('infra/b', HTTP),
    service('istio/ingress', { selector: { app: 'ingress' }, ...PORTS }),
  ]);
  expect(shown(api.gateway('infra/a')!.programmed)).toBe('True/Programmed');
  expect(api.gateway('infra/a')!.binds).toEqual(['every']);
  expect(api.servedBy('istio', { app: 'ingress' })).toEqual(['infra/a']);
  expect(api.servedBy('istio', { app: 'x' })).toEqual([]);
  expect(api.servedBy('infra', { app: 'ingress' })).toEqual([]);
});
