import { expect, test } from 'vitest';
import { createGatewayHosts } from './gateway-hosts.ts';
import { GATEWAY_CLASS_NAME } from './proxy-labels.ts';
import { gateway, listener, world } from './world.fixture.ts';

const ALL = { [GATEWAY_CLASS_NAME]: 'pharos' };

test.each([
  ['is opened nowhere', { addresses: [{ type: 'Hostname', value: 'nobody.example' }] }, ['*']],
  ['has an address of its own', { addresses: [{ value: '127.0.0.9' }] }, ['*']],
  ['is not accepted', { addresses: [{ type: 'example.com/pool', value: 'x' }] }, ['*']],
  ['is opened there too', {}, ['a.example', '*']],
])('a Gateway that %s has hosts of those only who are opened where it is', (_, spec, hosts) => {
  const { graph, api } = world([
    gateway('infra/open', [listener('http', 'HTTP', 80)]),
    gateway('infra/other', [listener('http', 'HTTP', 80, { hostname: 'a.example' })], spec),
  ]);
  const { gatewayHosts } = createGatewayHosts(graph, api);
  expect(gatewayHosts('istio-system', ALL, 80).map(({ host }) => host)).toEqual(hosts);
});
