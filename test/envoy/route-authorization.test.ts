import { expect, test } from 'vitest';
import { ISOLATED } from '../support/envoy-case.ts';
import { startAuthorizers } from '../support/external-authorizer.ts';
import { callSchema } from '../support/gateway-api/call.ts';
import { runCase } from '../support/gateway-api/run-case.ts';

const AUTHORIZER = '127.22.200.9';

/** Everything that is asked over gRPC may see all headers, over HTTP those that are named and those that are always told. */
const OBJECTS = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: front, namespace: cafe }
spec: { gatewayClassName: pharos, listeners: [{ name: http, protocol: HTTP, port: 80 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: guarded, namespace: cafe }
spec:
  parentRefs: [{ name: front }]
  rules:
    - matches: [{ path: { value: /grpc } }]
      filters:
        - type: ExternalAuth
          externalAuth:
            { protocol: GRPC, grpc: {}, backendRef: { name: guard, port: 9001 }, forwardBody: { maxSize: 10 } }
      backendRefs: [{ name: tea, port: 80 }]
    - matches: [{ path: { value: /named } }]
      filters:
        - type: ExternalAuth
          externalAuth: { protocol: GRPC, grpc: { allowedHeaders: [x-check] }, backendRef: { name: guard, port: 9001 } }
      backendRefs: [{ name: tea, port: 80 }]
    - matches: [{ path: { value: /http } }]
      filters:
        - type: ExternalAuth
          externalAuth: { protocol: HTTP, http: { allowedHeaders: [X-Check] }, backendRef: { name: guard, port: 9000 } }
      backendRefs: [{ name: tea, port: 80 }]
    - matches: [{ path: { value: /share } }]
      backendRefs:
        - name: tea
          port: 80
          filters:
            - type: ExternalAuth
              externalAuth: { protocol: GRPC, grpc: {}, backendRef: { name: guard, port: 9001 } }
    - backendRefs: [{ name: tea, port: 80 }]
---
apiVersion: v1
kind: Service
metadata: { name: tea, namespace: cafe }
spec: { selector: { app: tea }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: tea, namespace: cafe, labels: { app: tea } }
status: { podIP: 127.22.200.1, phase: Running }
---
apiVersion: v1
kind: Service
metadata: { name: guard, namespace: cafe }
spec: { ports: [{ name: http, port: 9000 }, { name: grpc, port: 9001 }] }
---
# Where no echo is started.
apiVersion: v1
kind: Endpoints
metadata: { name: guard, namespace: cafe }
subsets: [{ addresses: [{ ip: ${AUTHORIZER} }], ports: [{ name: http, port: 9000 }, { name: grpc, port: 9001 }] }]
`;

function call(written: string, more: object = {}) {
  return callSchema.parse({ call: written.replace('/', 'http://cafe.example/'), at: 'cafe/front', ...more });
}

const DENIED = { 'x-check': 'deny' };

test.skipIf(!ISOLATED)('routes have others asked about their requests, each in its own way', async () => {
  const asked = await startAuthorizers(AUTHORIZER);
  const calls = [
    call('GET /grpc', { expect: { service: 'tea', arrives: { headers: { 'x-allowed-by': 'grpc' } } } }),
    call('GET /grpc', { headers: DENIED, expect: { status: 401, headers: { 'x-denied-by': 'grpc' } } }),
    call('POST /grpc', { body: 'one lump', expect: { service: 'tea' } }),
    call('POST /grpc', { body: 'two lumps and milk', expect: { status: 413 } }),
    call('GET /named', { headers: { 'x-other': 'mine' }, expect: { service: 'tea' } }),
    call('GET /http', { expect: { service: 'tea', arrives: { headers: { 'x-allowed-by': 'http' } } } }),
    call('GET /http', { headers: DENIED, expect: { status: 403, headers: { 'x-denied-by': 'http' } } }),
    call('GET /share', { headers: DENIED, expect: { status: 401 } }),
    call('GET /', { headers: DENIED, expect: { service: 'tea' } }),
  ];
  const expected = {
    tests: [],
    about: '',
    certificates: {},
    sidecars: [],
    backends: {},
    steps: [{ calls }],
  };
  expect(await runCase({ name: 'route-authorization', objects: OBJECTS, expected }, 'delta')).toEqual([]);
  expect(asked.map(({ over, path, headers, body }) => [over, path, headers['x-other'], body])).toEqual([
    ['grpc', '/grpc', undefined, ''],
    ['grpc', '/grpc', undefined, ''],
    ['grpc', '/grpc', undefined, 'one lump'],
    ['grpc', '/named', undefined, ''],
    ['http', '/http', undefined, ''],
    ['http', '/http', undefined, ''],
    ['grpc', '/share', undefined, ''],
  ]);
});
