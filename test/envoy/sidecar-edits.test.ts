import { expect, test } from 'vitest';
import {
  callAt,
  meshWithSidecar,
  NO_CLUSTER_ADDRESSES,
  rule,
  service,
  startApplication,
  versions,
} from '../support/sidecar.ts';
import { until } from '../support/until.ts';

const CART = service('cart', { '10.1.0.1': 'v1', '10.1.0.2': 'v2' });
const TO_V2 = `${versions('cart')}${rule('VirtualService', 'cart', '  http: [{ route: [{ destination: { host: cart, subset: v2 } }] }]')}`;

function entry(resolution: string, address: string, protocol = 'HTTP'): string {
  return `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: shop }
spec:
  hosts: [api.example]
  ports: [{ name: api, number: 80, protocol: ${protocol}, targetPort: 8080 }]
  resolution: ${resolution}
  endpoints: [{ address: ${address} }]
`;
}

/** What the mesh says one after the other, and who answers then at cart and api.example. */
const HISTORY: readonly (readonly [yaml: string, cart: string, api: string])[] = [
  ['', '-', '-'],
  [CART, 'cart', '-'],
  [`${CART}${TO_V2}`, 'cart v2', '-'],
  [CART, 'cart', '-'],
  ['', '-', '-'],
  [`${CART}${TO_V2}`, 'cart v2', '-'],
  [CART.replace('name: http,', 'name: tcp,'), '-', '-'],
  [CART.replace('name: http,', 'name: http2,'), 'cart', '-'],
  [`${CART}${entry('STATIC', '10.1.0.3')}`, 'cart', 'api'],
  [`${CART}${entry('DNS', 'localhost')}`, 'cart', 'localhost'],
  [`${CART}${entry('STATIC', '10.1.0.3')}`, 'cart', 'api'],
  [`${CART}${entry('STATIC', '10.1.0.3', 'TCP')}`, 'cart', '-'],
  [entry('STATIC', '10.1.0.3'), '-', 'api'],
  [`${CART.replaceAll('port: 80,', 'port: 81,')}${entry('STATIC', '10.1.0.3')}`, '-', 'api'],
  [CART, 'cart', '-'],
];

test.skipIf(NO_CLUSTER_ADDRESSES).each(['delta', 'sotw'] as const)(
  'services that come, go, come back and change their kind are what they are now, over %s',
  async (protocol) => {
    for (const [name, address, version] of [
      ['cart', '10.1.0.1', 'v1'],
      ['cart', '10.1.0.2', 'v2'],
      ['api', '10.1.0.3', 'v1'],
      ['localhost', '127.0.0.1', 'v1'],
    ] as const) {
      await startApplication(name, address, version);
    }
    const { served, envoy, call } = await meshWithSidecar('', { protocol });
    for (const [step, [yaml, cart, api]] of HISTORY.entries()) {
      served.write('mesh.yaml', yaml);
      const answers = async (host: string, expected: string): Promise<boolean> => {
        const { echoed } = await call(`http://${host}/`);
        const answer = echoed ? `${echoed.service} ${echoed.version}` : '-';
        return answer.startsWith(expected);
      };
      await until(`step ${step}: cart is ${cart}`, () => answers('cart', cart));
      await until(`step ${step}: api is ${api}`, () => answers('api.example', api));
    }
    await envoy.listenersReady('127.0.0.1_80');
    const [direct] = await callAt({ address: '127.0.0.1', port: 80 }, 'http://cart/');
    expect(direct!.echoed?.service).toBe('cart');
    expect(served.events.filter(({ kind }) => kind === 'rejected')).toEqual([]);
    // Nothing that it waited for came so late that it gave up.
    expect([...(await envoy.stats('init_fetch_timeout')).values()].filter((count) => count > 0)).toEqual([]);
  },
);

test.skipIf(NO_CLUSTER_ADDRESSES).each(['delta', 'sotw'] as const)(
  'an address that another service has now leads there, over %s',
  async (protocol) => {
    await startApplication('cart', '10.1.0.1');
    await startApplication('basket', '10.1.0.3');
    const basket = service('basket', { '10.1.0.3': 'v1' });
    const { served, call } = await meshWithSidecar(CART, { protocol });
    for (const [yaml, name] of [
      [basket, 'basket'],
      [CART, 'cart'],
    ] as const) {
      served.write('mesh.yaml', yaml);
      await until(`${name} has the address`, async () => (await call('http://10.96.0.1/')).echoed?.service === name);
      expect((await call(`http://${name}/`)).echoed?.service).toBe(name);
    }
    expect(served.events.filter(({ kind }) => kind === 'rejected')).toEqual([]);
  },
);
