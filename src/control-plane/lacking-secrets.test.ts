import { expect, test } from 'vitest';
import { CA } from '../../test/support/certificates.ts';
import { changesOf } from '../source/index.ts';
import type { Node } from '../view/index.ts';
import { createControlPlane } from './index.ts';

/** `edge` sends to `mail` and `cart`, `other` to nobody. The Secret is in `vault`. */
const MESH = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: cart, namespace: shop }
spec: { hosts: [cart.shop], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec: { host: cart.shop, trafficPolicy: { tls: { mode: SIMPLE, credentialName: cart } } }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: mail, namespace: shop }
spec: { hosts: [mail.shop], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: edge }
spec:
  selector: { app: edge }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: edge }
spec: { hosts: [cart.example], gateways: [edge], http: [{ route: [{ destination: { host: mail.shop } }], mirrors: [{ destination: { host: cart.shop } }] }] }
---
apiVersion: v1
kind: Secret
metadata: { name: cart, namespace: vault }
stringData: { cacert: ${JSON.stringify(CA)} }
`;

function told(...nodes: readonly object[]): readonly string[] {
  const { store, views, problems } = createControlPlane();
  store.apply(changesOf([['mesh.yaml', MESH]]));
  nodes.forEach((node, i) => {
    views.connections.set(`${i}`, { id: `${i}`, cluster: '', protocol: 'delta', ...node } as Node);
  });
  return problems().map(({ severity, place, message }) => `${place?.line} ${severity} ${message}`);
}

const proved = (namespace: string) => ({ trustDomain: 'cluster.local', namespace, serviceAccount: 'a' });
const router = (namespace: string, app: string) => ({ role: 'router', namespace, labels: { app } });

test('a gateway that calls by a rule is told to lack its Secret, once for all of them', () => {
  const edge = { metadata: router('edge', 'edge'), identity: proved('edge') };
  expect(told(edge, edge)).toEqual([
    '10 error there is no usable Secret edge/cart; gateways cannot connect to cart.shop',
  ]);
});

test.each([
  ['that has the Secret', 'vault', 'edge'],
  ['that sends nothing there', 'edge', 'other'],
])('nothing is said of a gateway %s', (_, namespace, app) => {
  expect(told({ metadata: router(namespace, app), identity: proved(namespace) })).toEqual([]);
});

test('a gateway that has not proved who it is gets no Secret, and that is told', () => {
  expect(told({ metadata: router('vault', 'edge') })).toEqual([
    '10 error a gateway that has not proved who it is gets no Secrets; gateways cannot connect to cart.shop',
  ]);
});

test('a sidecar is told to get no Secrets, as a notice: others may call for it', () => {
  expect(told({ metadata: { namespace: 'web' } })).toEqual([
    expect.stringMatching(/^10 notice sidecars get no Secrets/),
  ]);
});
