import { expect, test } from 'vitest';
import { objectKey } from '../../api/index.ts';
import type { Service } from '../../mesh/index.ts';
import { inventoryOf } from './inventory.ts';

test.each([
  ['an address of its own', ['10.96.0.1'], 'service-entry', false, [[], ['any.shop:9090']]],
  ['a range of addresses', ['10.1.0.0/16'], 'service-entry', false, [[9090], []]],
  ['a range of one address', ['10.1.0.1/32'], 'service-entry', false, [[9090], ['any.shop:9090']]],
  ['no address', [], 'service-entry', false, [[9090], []]],
  ['instances to call', [], 'kubernetes', false, [[], ['any.shop:9090']]],
  ['an address that cannot be bound', ['10.96.0.1'], 'kubernetes', true, [[9090], []]],
  ['a loopback address', ['127.1.0.1'], 'service-entry', true, [[9090], ['any.shop:9090']]],
] as const)(
  'a port of unknown protocol has the routes that its listeners name: %s',
  (_, addresses, kind, direct, routes) => {
    const service = { ...ANY, kind, addresses };
    const { ports, detected } = inventoryOf([service], [], { namespace: 'shop', direct });
    expect([ports, detected]).toEqual(routes);
  },
);

test('who opens the address of a service that speaks HTTP has a route for it', () => {
  const service: Service = {
    ...ANY,
    addresses: ['127.30.0.1'],
    ports: [{ number: 80, name: 'http', protocol: 'http' }],
  };
  const detectedIf = (direct: boolean) => inventoryOf([service], [], { namespace: 'shop', direct }).detected;
  expect([detectedIf(true), detectedIf(false)]).toEqual([['any.shop:80'], []]);
});

const ANY: Service = {
  id: 'shop/any.shop',
  host: 'any.shop',
  namespace: 'shop',
  name: 'any.shop',
  origin: { object: objectKey('networking.istio.io', 'ServiceEntry', 'shop', 'any'), path: 'spec' },
  kind: 'service-entry',
  addresses: [],
  ports: [{ number: 9090, name: 'any', protocol: 'auto' }],
  resolution: 'passthrough',
  external: true,
  exportTo: 'all',
  shortNames: false,
};
