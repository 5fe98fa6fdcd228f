import { expect, test } from 'vitest';
import { createMesh } from '../mesh/index.ts';
import { createProviders } from './providers.ts';
import { world } from './world.fixture.ts';

function find(name: string) {
  const { graph, store } = world(`
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders:
    - { name: opa, envoyExtAuthzGrpc: { service: infra/opa.infra.svc.cluster.local, port: 9191, failOpen: true } }
    - { name: login, envoyExtAuthzHttp: { service: login.example.com, port: 80, timeout: 1s } }
    - { name: gone, envoyExtAuthzGrpc: { service: gone.infra.svc.cluster.local, port: 1 } }
    - { name: elsewhere, envoyExtAuthzGrpc: { service: shop/opa.infra.svc.cluster.local, port: 9191 } }
    - { name: wrong-port, envoyExtAuthzGrpc: { service: opa.infra.svc.cluster.local, port: 80 } }
---
apiVersion: v1
kind: Service
metadata: { name: opa, namespace: infra }
spec: { ports: [{ name: grpc, port: 9191 }] }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: login, namespace: infra }
spec: { hosts: [login.example.com], ports: [{ name: http, number: 80, protocol: HTTP }], resolution: DNS }`);
  return createProviders(graph, createMesh(graph, store))(name);
}

test('a provider is the cluster of its service', () => {
  const shared = { clearRouteCache: false, statusOnError: undefined, body: undefined };
  expect(find('opa').provider).toEqual({
    ...shared,
    kind: 'grpc',
    name: 'opa',
    cluster: 'outbound|9191||opa.infra.svc.cluster.local',
    authority: 'opa.infra.svc.cluster.local',
    timeoutMs: 600_000,
    failOpen: true,
  });
  expect(find('login').provider).toMatchObject({
    kind: 'http',
    cluster: 'outbound|80||login.example.com',
    authority: 'login.example.com:80',
    timeoutMs: 1000,
  });
});

test.each([
  ['gone', 'its service gone.infra.svc.cluster.local does not exist'],
  ['elsewhere', 'its service shop/opa.infra.svc.cluster.local does not exist'],
  ['wrong-port', 'its service opa.infra.svc.cluster.local has no port 80'],
  ['logn', 'the mesh configuration defines no provider "logn" (did you mean login?)'],
])('the provider %s is unknown: %s', (name, reason) => {
  expect(find(name)).toEqual({ provider: { kind: 'unknown', name }, reason });
});
