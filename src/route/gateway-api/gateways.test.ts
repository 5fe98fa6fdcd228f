import { expect, test } from 'vitest';
import type { RawObject } from '../../api/index.ts';
import { ISTIO_CONTROLLER, OWN_CONTROLLER } from './options.ts';
import { gateway, kubernetes, listener, listenerSet, object, shown, world } from './world.fixture.ts';

const HTTP = [listener('http', 'HTTP', 80)];
const POOL = { addressPool: '127.20.0.0/16' };
const gatewayClass = (name: string, controllerName: string, rest = {}): RawObject =>
  kubernetes('GatewayClass', name, { controllerName, ...rest });

test('a class is ours by its controller, and our own is there without an object', () => {
  const { api } = world([
    gateway('infra/own', HTTP),
    gateway('infra/mine', HTTP, { gatewayClassName: 'mine' }),
    gateway('infra/other', HTTP, { gatewayClassName: 'other' }),
    gateway('infra/istio', HTTP, { gatewayClassName: 'istio' }),
    gateway('infra/none', HTTP, { gatewayClassName: 'constructor' }),
    gatewayClass('mine', OWN_CONTROLLER),
    gatewayClass('other', 'example.com/other'),
  ]);
  expect(api.gateways()).toEqual(['infra/mine', 'infra/own']);
  expect([api.gateway('infra/other'), api.listeners('infra/other'), api.gatewayClass('other')]).toEqual([
    undefined,
    [],
    undefined,
  ]);
  expect(api.gateway('infra/mine')!.controllerName).toBe(OWN_CONTROLLER);
});

test("Istio's class is ours when its controller is", () => {
  const { api } = world([gateway('infra/a', HTTP, { gatewayClassName: 'istio' })], {
    controllerNames: [OWN_CONTROLLER, ISTIO_CONTROLLER],
  });
  expect(api.gateway('infra/a')!.controllerName).toBe(ISTIO_CONTROLLER);
});

test('an object with the name of our class may make it somebody else’s', () => {
  const { api } = world([gateway('infra/a', HTTP), gatewayClass('pharos', 'example.com/other')]);
  expect(api.gateways()).toEqual([]);
});

const REF = { group: 'x.example', kind: 'Parameters', name: 'p' };

test.each([
  ['of the class', gateway('infra/a', HTTP), [gatewayClass('pharos', OWN_CONTROLLER, { parametersRef: REF })]],
  ['of the Gateway', gateway('infra/a', HTTP, { infrastructure: { parametersRef: REF } }), []],
])('parameters %s that nobody knows make the Gateway not accepted, and no port is open', (_, one, others) => {
  const { api } = world([one, ...others], POOL);
  const state = api.gateway('infra/a')!;
  expect([state.accepted, state.programmed].map(shown)).toEqual(['False/InvalidParameters', 'False/Invalid']);
  const [http] = api.listeners('infra/a');
  expect([http!.accepted, http!.programmed].map(shown)).toEqual(['True/Accepted', 'False/Pending']);
  if (others.length > 0) expect(shown(api.gatewayClass('pharos')!)).toBe('False/InvalidParameters');
});

test('a proxy serves the Gateway of its name, or in the root namespace all of its class, the oldest first', () => {
  const { api } = world([
    gateway('infra/a', HTTP, {}, '2024-01-02T00:00:00Z'),
    gateway('infra/b', HTTP, {}, '2024-01-01T00:00:00Z'),
    gateway('web/a', HTTP, { gatewayClassName: 'mine' }),
    gatewayClass('mine', OWN_CONTROLLER),
  ]);
  const named = (name: string) => ({ 'gateway.networking.k8s.io/gateway-name': name });
  const ofClass = (name: string) => ({ 'gateway.networking.k8s.io/gateway-class-name': name });
  expect(api.servedBy('infra', named('a'))).toEqual(['infra/a']);
  expect(api.servedBy('infra', named('x'))).toEqual([]);
  expect(api.servedBy('infra', {})).toEqual([]);
  expect(api.servedBy('istio-system', ofClass('pharos'))).toEqual(['infra/b', 'infra/a']);
  expect(api.servedBy('istio-system', ofClass('mine'))).toEqual(['web/a']);
  expect(api.servedBy('infra', ofClass('pharos'))).toEqual([]);
  expect(api.servedBy('istio-system', { ...ofClass('pharos'), ...named('a') })).toEqual([]);
});

const namespace = (name: string, labels: object): RawObject => object('v1', 'Namespace', name, {}, { labels });
const MORE = [listener('more', 'HTTP', 81)];

test.each([
  [undefined, []],
  [{ namespaces: {} }, []],
  [{ namespaces: { from: 'None' } }, []],
  [{ namespaces: { from: 'Same' } }, ['infra']],
  [{ namespaces: { from: 'All' } }, ['infra', 'shop', 'web']],
  [{ namespaces: { from: 'Selector', selector: { matchLabels: { let: 'in' } } } }, ['shop']],
  [
    {
      namespaces: {
        from: 'Selector',
        selector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['web'] }] },
      },
    },
    ['web'],
  ],
])('ListenerSets that a Gateway with %j lets in', (allowedListeners, expected) => {
  const { api } = world(
    [
      gateway('infra/a', HTTP, { ...(allowedListeners && { allowedListeners }) }),
      namespace('shop', { let: 'in' }),
      ...['infra', 'shop', 'web'].map((name) =>
        listenerSet(`${name}/s`, 'infra/a', [listener('more', 'HTTP', 81, { hostname: `${name}.example` })]),
      ),
    ],
    POOL,
  );
  for (const name of ['infra', 'shop', 'web']) {
    const { accepted, programmed } = api.listenerSet(`${name}/s`)!;
    const right = expected.includes(name as never)
      ? ['True/Accepted', 'True/Programmed']
      : ['False/NotAllowed', 'False/NotAllowed'];
    expect([accepted, programmed].map(shown)).toEqual(right);
  }
  expect(api.gateway('infra/a')!.attachedListenerSets).toBe(expected.length);
  expect(api.listeners('infra/a').map(({ id }) => id)).toEqual([
    'infra/a#http',
    ...expected.map((name) => `infra/a#${name}/s#more`),
  ]);
});

const SETS = { allowedListeners: { namespaces: { from: 'All' } } };

test.each([
  [
    'a Gateway that is not accepted',
    gateway('infra/a', HTTP, { ...SETS, infrastructure: { parametersRef: REF } }),
    MORE,
    'False/ParentNotAccepted',
    'False/ParentNotProgrammed',
    0,
  ],
  [
    'a Gateway without an address',
    gateway('infra/a', HTTP, { ...SETS, addresses: [{ value: '10.0.0.9' }] }),
    MORE,
    'True/Accepted',
    'False/ParentNotProgrammed',
    1,
  ],
  [
    'no listener that can be',
    gateway('infra/a', HTTP, SETS),
    [listener('x', 'TCP', 80)],
    'False/ListenersNotValid',
    'False/ListenersNotValid',
    0,
  ],
  [
    'one listener that can be',
    gateway('infra/a', HTTP, SETS),
    [...MORE, listener('x', 'TCP', 80)],
    'True/ListenersNotValid',
    'True/Programmed',
    1,
  ],
] as const)('a ListenerSet with %s', (_, one, listeners, accepted, programmed, attached) => {
  const { api } = world([one, listenerSet('shop/s', 'infra/a', listeners)], POOL);
  const state = api.listenerSet('shop/s')!;
  expect([state.accepted, state.programmed].map(shown)).toEqual([accepted, programmed]);
  expect(api.gateway('infra/a')!.attachedListenerSets).toBe(attached);
});

test('a ListenerSet of somebody else’s Gateway is not ours', () => {
  const { api } = world([
    gateway('infra/a', HTTP, { gatewayClassName: 'other' }),
    listenerSet('shop/s', 'infra/a', MORE),
    listenerSet('shop/t', 'infra/b', MORE),
  ]);
  expect([api.listenerSet('shop/s'), api.listenerSet('shop/t')]).toEqual([undefined, undefined]);
});
