import { expect, test } from 'vitest';
import type { Mesh } from '../mesh/index.ts';
import { createExternalCalls } from './external-plan.ts';
import { NO_GATEWAY_API } from './fake-gateway-api.ts';

const PAY = { kind: 'external', backend: 'shop/pay', port: 443, speaks: 'http' } as const;

const callsOf = createExternalCalls({ config: () => ({ rootNamespace: 'root' }) } as Mesh, {
  external: { ...NO_GATEWAY_API.external, atGateway: () => [PAY], inMesh: (ns) => (ns === 'shop' ? [PAY] : []) },
  servedBy: () => ['edge/public', 'shop/public'],
});

const router = { role: 'router', labels: {}, hasIdentity: true } as const;

test.each([
  ['of the namespace of one of its Gateways', { ...router, namespace: 'edge' }, true],
  ['of the root namespace', { ...router, namespace: 'root' }, true],
  ['of another namespace', { ...router, namespace: 'other' }, false],
  ['that has not proved who it is', { ...router, namespace: 'edge', hasIdentity: false }, false],
  ['that is a sidecar', { ...router, role: 'sidecar', namespace: 'shop' } as const, false],
])('whether a proxy %s may show a certificate outside', (_, caller, mayShow) => {
  expect(callsOf(caller)).toEqual([{ to: PAY, mayShow }]);
});

test('a sidecar of whose namespace nobody routes outside calls nothing there', () => {
  expect(callsOf({ ...router, role: 'sidecar', namespace: 'till' })).toEqual([]);
});
