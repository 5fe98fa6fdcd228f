import { expect, test } from 'vitest';
import { sidecar, type World, world } from '../world.fixture.ts';

function policy(row: string, spec: string): string {
  const [namespace, name] = row.split('/');
  return `
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}`;
}

function meshConfig(yaml: string): string {
  return `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: '${yaml}' }`;
}

function inForce({ policies }: World) {
  return policies.authorization(policies.authorizationOf(sidecar('shop', { app: 'cart' }), 8080));
}

const OPA = `${meshConfig('{ extensionProviders: [{ name: opa, envoyExtAuthzGrpc: { service: opa.infra.svc.cluster.local, port: 9191 } }] }')}
---
apiVersion: v1
kind: Service
metadata: { name: opa, namespace: infra }
spec: { ports: [{ name: grpc, port: 9191 }] }`;
const custom = (row: string, provider: string, more = '') =>
  policy(row, `{ action: CUSTOM, provider: { name: ${provider} }, rules: [{}]${more} }`);

test('who is asked is a provider of the mesh configuration; nobody can be asked of whom nothing is known', () => {
  const it = world(OPA + custom('shop/a', 'opa'));
  expect(inForce(it).custom).toMatchObject({ provider: { kind: 'grpc', name: 'opa' }, policies: [{ name: 'a' }] });
  expect(it.told('between').filter((line) => line.includes('provider'))).toEqual([]);
  const other = world(OPA + custom('shop/a', 'opaa'));
  expect(inForce(other).custom).toMatchObject({ provider: { kind: 'unknown', name: 'opaa' } });
  expect(other.told('between')).toContainEqual(
    'error spec.provider.name: the mesh configuration defines no provider "opaa" (did you mean opa?): what the rules match is denied',
  );
});

test('of two providers nobody is asked, and both policies are told', () => {
  const login = meshConfig(
    '{ extensionProviders: [{ name: opa, envoyExtAuthzGrpc: { service: opa.infra.svc.cluster.local, port: 9191 } }, { name: login, envoyExtAuthzHttp: { service: opa.infra.svc.cluster.local, port: 9191 } }] }',
  );
  const it = world(OPA + login + custom('istio-system/a', 'opa') + custom('shop/b', 'login'));
  expect(inForce(it).custom).toMatchObject({ provider: { kind: 'unknown', name: 'login, opa' } });
  expect(it.told('between').filter((line) => line.includes('two providers'))).toEqual([
    expect.stringContaining(
      'one workload cannot ask two providers, and AuthorizationPolicy istio-system/a has another one',
    ),
  ]);
});

const POD = `
---
apiVersion: v1
kind: Pod
metadata: { name: cart, namespace: shop, labels: { app: cart } }
spec: { containers: [{ name: app, ports: [{ containerPort: 8080 }] }] }
status: { podIP: 10.0.0.1 }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { selector: { app: cart }, ports: [{ name: tcp-db, port: 5432 }, { name: http, port: 80, targetPort: 8080 }] }`;

test.each([
  ['{ selector: { matchLabels: { app: cat } } }', 'warning spec.selector: selects no workload of namespace shop'],
  ['{ targetRef: { kind: Service, name: cart } }', 'error spec.targetRef.kind: Service is a target for waypoints'],
  [
    '{ rules: [5, { to: [{ operation: { ports: ["80"] } }] }] }',
    'warning spec.rules[1].to[0].operation.ports[0]: no selected workload is known to listen on port 80',
  ],
  [
    '{ rules: [{ when: [{ key: destination.port, values: ["81"] }] }] }',
    'warning spec.rules[0].when[0].values[0]: no selected workload is known to listen on port 81',
  ],
  [
    '{ rules: [{ from: [{ source: { principals: [other/ns/a/sa/b] } }] }] }',
    'warning spec.rules[0].from[0].source.principals[0]: the trust domain other is neither this mesh',
  ],
  [
    '{ action: DENY, rules: [{}, { to: [{ operation: { methods: [GET] } }] }] }',
    'warning spec.rules[1]: asks for what only HTTP has: on TCP port 5432 it denies all connections',
  ],
  [
    '{ action: DENY, rules: [{ to: [{ operation: { methods: [GET], notPorts: ["8080"] } }] }] }',
    'on TCP port 5432 it denies',
  ],
])('a policy among workloads: %s', (spec, message) => {
  expect(world(POD + policy('shop/a', spec)).told('between')).toEqual([expect.stringContaining(message)]);
});

test.each([
  '{ action: DENY, rules: [{ to: [{ operation: { methods: [GET], ports: ["8080"] } }] }] }',
  '{ action: DENY, rules: [{ to: [{ operation: { ports: ["5432"] } }] }] }',
  '{ rules: [{ to: [{ operation: { methods: [GET] } }] }] }',
])('there is nothing to tell of %s', (spec) => {
  expect(world(POD + policy('shop/a', spec)).told()).toEqual([]);
});
