import { expect, test } from 'vitest';
import { world } from './world.fixture.ts';

function routes(match: string, gateways = '[public, mesh]'): string {
  return `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: edge }
spec:
  selector: { app: edge }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: all, namespace: edge }
spec:
  hosts: [a.example]
  gateways: ${gateways}
  http: [{ match: [{ uri: { exact: /a } }, ${match}], route: [{ destination: { host: a.example } }] }]
`;
}

const ASKS = '{ headers: { "@request.auth.claims.group": { exact: dev } } }';

function tokens(namespace: string, selector: string): string {
  return `
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: users, namespace: ${namespace} }
spec: { selector: { matchLabels: ${selector} }, jwtRules: [{ issuer: a, jwks: '{"keys":[]}' }] }
`;
}

const POD = `
---
apiVersion: v1
kind: Pod
metadata: { name: edge, namespace: proxies, labels: { app: edge } }
status: { podIP: 10.0.0.1, phase: Running }
`;

const told = (yaml: string) => world(yaml).policies.problems('networking.istio.io/VirtualService/edge/all' as never);

test('a match on claims where nobody verifies tokens is told, with its place', () => {
  expect(told(routes(ASKS))).toMatchObject([
    {
      severity: 'error',
      code: 'claims-without-tokens',
      path: 'spec.http[0].match[1]',
      message: expect.stringContaining('no RequestAuthentication is in force at Gateway edge/public'),
    },
  ]);
});

test.each<[string, number, string]>([
  ['a header', 0, routes('{ headers: { x: { exact: y } } }')],
  ['a claim that is not there', 1, routes('{ withoutHeaders: { "@request.auth.claims.a": { exact: b } } }')],
  ['a gateway in its old form', 1, routes(ASKS, '[public.edge.svc.cluster.local]')],
  ['a gateway that nobody has', 0, routes(ASKS, '[other]')],
  ['sidecars only', 0, routes(ASKS, '[mesh]')],
  ['rules for it', 0, routes(ASKS) + tokens('edge', '{ app: edge }')],
  ['rules that may be for its proxies, wherever they are', 0, routes(ASKS) + tokens('proxies', '{ istio: gateway }')],
  ['rules for others', 1, routes(ASKS) + tokens('edge', '{ app: web }')],
  ['rules for its proxies', 0, routes(ASKS) + POD + tokens('proxies', '{ app: edge }')],
  ['rules for a namespace where it has no proxies', 1, routes(ASKS) + POD + tokens('edge', '{ app: edge }')],
  ['rules for all', 0, routes(ASKS) + POD + tokens('istio-system', '{ app: edge }')],
])('%s: %i problems', (_, count, yaml) => {
  expect(told(yaml)).toHaveLength(count);
});
