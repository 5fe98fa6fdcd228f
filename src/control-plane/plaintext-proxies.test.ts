import { expect, test } from 'vitest';
import { changesOf } from '../source/index.ts';
import type { Node } from '../view/index.ts';
import { createControlPlane } from './index.ts';

const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { selector: { app: cart }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: vm, namespace: shop }
spec:
  hosts: [vm.shop]
  ports: [{ name: http, number: 80, protocol: HTTP }]
  resolution: STATIC
  workloadSelector: { labels: { app: vm } }
`;
const pod = (labels = '{ app: cart, security.istio.io/tlsMode: istio }', namespace = 'shop') => `---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: ${namespace}
  labels: ${labels}
status: { podIP: 10.0.0.1, phase: Running }
`;
const vm = (rest: string) => `---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: { name: vm, namespace: shop }
spec: { address: 10.0.0.1, ${rest} }
`;
const disabled = `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: DISABLE } }
`;
const PLAINTEXT = {
  id: 'sidecar~10.0.0.1~cart.shop~shop.svc.cluster.local',
  cluster: '',
  protocol: 'delta',
  metadata: {},
};

function told(yaml: string, node: object = PLAINTEXT): readonly string[] {
  const { store, views, problems } = createControlPlane();
  store.apply(changesOf([['mesh.yaml', `${SERVICE}${yaml}`]]));
  views.connections.set('1', node as Node);
  return problems()
    .filter(({ code }) => code === 'plaintext-proxy')
    .map(({ place, severity, path }) => `${place?.line} ${severity} ${path}`);
}

test.each([
  ['a Pod', pod(), '21 warning metadata.labels["security.istio.io/tlsMode"]'],
  [
    'a WorkloadEntry',
    vm('labels: { app: vm, security.istio.io/tlsMode: istio }'),
    '19 warning spec.labels["security.istio.io/tlsMode"]',
  ],
  ['one that has an account', vm('labels: { app: vm }, serviceAccount: vm'), '19 warning spec.serviceAccount'],
])('%s that says it takes mutual TLS is told if its proxy is connected in plain text', (_, yaml, problem) => {
  expect(told(yaml)).toEqual([problem]);
});

const identity = { trustDomain: 'cluster.local', namespace: 'shop', serviceAccount: 'default' };

test.each([
  ['proved who it is', pod(), { ...PLAINTEXT, identity }],
  ['an agent', pod(), { ...PLAINTEXT, metadata: { PROXY_CONFIG: {} } }],
  ['another address', pod(), { ...PLAINTEXT, id: PLAINTEXT.id.replace('10.0.0.1', '10.0.0.2') }],
  ['another namespace', pod(undefined, 'web'), PLAINTEXT],
  ['no label', pod('{ app: cart }'), PLAINTEXT],
  ['no service that leads to it', pod('{ app: none, security.istio.io/tlsMode: istio }'), PLAINTEXT],
  ['mutual TLS switched off', `${pod()}${disabled}`, PLAINTEXT],
])('nothing is said of a proxy with %s', (_, yaml, node) => {
  expect(told(yaml, node)).toEqual([]);
});
