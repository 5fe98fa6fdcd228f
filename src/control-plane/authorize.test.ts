import { expect, test } from 'vitest';
import { changesOf } from '../source/index.ts';
import { type Answer, authorize, type Question } from './authorize.ts';
import { createControlPlane } from './index.ts';
import { matrixOf } from './matrix.ts';
import { workloadsOf } from './workloads.ts';

const MESH = `
apiVersion: v1
kind: Pod
metadata: { name: cart, namespace: shop, labels: { app: cart } }
spec: { serviceAccountName: cart, containers: [{ name: app, ports: [{ containerPort: 8080 }, { containerPort: 9090 }] }] }
status: { podIP: 10.0.0.1, phase: Running }
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: { name: vm, namespace: web }
spec: { address: 10.0.0.2, serviceAccount: front }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec:
  selector: { app: cart }
  ports: [{ name: http, port: 80, targetPort: 8080 }, { name: tcp-db, port: 5432 }]
`;

function plane(policies: string) {
  const controlPlane = createControlPlane();
  controlPlane.store.apply(changesOf([['mesh.yaml', `${MESH}${policies}`]]));
  return controlPlane;
}

function policy(spec: string, kind = 'AuthorizationPolicy'): string {
  return `
---
apiVersion: security.istio.io/v1
kind: ${kind}
metadata: { name: a, namespace: shop }
spec: ${spec}
`;
}

function ask(policies: string, port: number, question: Partial<Question> = {}): Promise<Answer> {
  const controlPlane = plane(policies);
  const to = workloadsOf(controlPlane).find(({ name }) => name === 'cart')!;
  return authorize(controlPlane, {
    from: { namespace: 'web', serviceAccount: 'front' },
    to,
    port: to.ports.find(({ number }) => number === port)!,
    http: undefined,
    sourceIp: '10.0.0.2',
    plaintext: false,
    ...question,
  });
}

const GET = { method: 'GET', path: '/a', host: 'cart', headers: {}, claims: undefined };
const FROM_WEB = policy('{ rules: [{ from: [{ source: { namespaces: [web] } }] }] }');

test.each<[string, string, Partial<Question>, boolean, Answer['reason']]>([
  ['no policy', '', {}, true, 'no-policy'],
  ['an identity', FROM_WEB, {}, true, 'allowed'],
  ['another identity', FROM_WEB, { from: { namespace: 'shop', serviceAccount: 'cart' } }, false, 'not-allowed'],
  ['plain text', FROM_WEB, { plaintext: true }, false, 'not-allowed'],
  ['nobody', FROM_WEB, { from: undefined }, false, 'not-allowed'],
  [
    'a port without mTLS',
    FROM_WEB + policy('{ mtls: { mode: DISABLE } }', 'PeerAuthentication'),
    {},
    false,
    'not-allowed',
  ],
  ['a strict port', policy('{ mtls: { mode: STRICT } }', 'PeerAuthentication'), {}, true, 'no-policy'],
  [
    'a strict port, and plain text',
    policy('{ mtls: { mode: STRICT } }', 'PeerAuthentication'),
    { plaintext: true },
    false,
    'mtls-required',
  ],
  ['a path that is none', '', { http: { ...GET, path: '/%00' } }, false, 'bad-path'],
  [
    'the name in the handshake',
    policy('{ rules: [{ when: [{ key: connection.sni, values: [outbound_.80_._.cart.shop.svc.cluster.local] }] }] }'),
    {},
    true,
    'allowed',
  ],
  ['an address', policy('{ rules: [{ from: [{ source: { ipBlocks: [10.0.0.2] } }] }] }'), {}, true, 'allowed'],
  [
    'an address that was forwarded',
    policy('{ rules: [{ from: [{ source: { remoteIpBlocks: [192.0.2.0/24] } }] }] }'),
    { http: { ...GET, headers: { 'x-forwarded-for': '198.51.100.1, 192.0.2.7' } } },
    true,
    'allowed',
  ],
  [
    'the address of the workload',
    policy('{ rules: [{ when: [{ key: destination.ip, values: [10.0.0.1] }] }] }'),
    {},
    true,
    'allowed',
  ],
])('%s', async (_, policies, question, allowed, reason) => {
  const answer = await ask(policies, 8080, { http: GET, ...question });
  expect(answer).toMatchObject({ allowed, reason });
});

test.each([
  ['base', '/x/../a', true],
  ['none', '/x/../a', false],
  ['merge-slashes', '//a', true],
  ['decode-and-merge-slashes', '/x%2f..%2fa', true],
])('paths are compared as the mesh makes them: %s %s', async (normalization, path, allowed) => {
  const config = `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: 'pathNormalization: { normalization: ${normalization.toUpperCase().replaceAll('-', '_')} }' }
`;
  const only = policy('{ rules: [{ to: [{ operation: { paths: [/a] } }] }] }');
  expect(await ask(config + only, 8080, { http: { ...GET, path } })).toMatchObject({ allowed });
});

test('what a port does not see is left out of the question, and told', async () => {
  const { protocol, unseen } = await ask('', 5432, { http: GET });
  expect(protocol).toBe('tcp');
  expect(unseen).toEqual([expect.stringContaining('only connections are seen')]);
  const claims = { iss: 'a', sub: 'b' };
  const told = await ask('', 8080, { http: { ...GET, claims } });
  expect(told.unseen).toEqual(['the claims: nobody verifies tokens here']);
});

test('on a port that no service has, the first bytes say what it is', async () => {
  const only = policy('{ rules: [{ to: [{ operation: { methods: [GET] } }] }] }');
  expect(await ask(only, 9090, { http: GET })).toMatchObject({ allowed: true, protocol: 'http' });
  expect(await ask(only, 9090)).toMatchObject({ allowed: false, protocol: 'tcp' });
});

const TOKENS = policy(
  '{ jwtRules: [{ issuer: i, audiences: [cart], jwks: \'{"keys":[]}\' }] }',
  'RequestAuthentication',
);

test.each([
  [{ iss: 'i', sub: 's', aud: ['cart', 'x'] }, 'allowed'],
  [{ iss: 'i', sub: 's', aud: 'web' }, 'token-refused'],
  [{ iss: 'i', sub: 's' }, 'token-refused'],
  [{ iss: 'j', sub: 's', aud: 'cart' }, 'token-refused'],
  [{ iss: 'i', sub: 's', aud: 'cart', scope: 'read write' }, 'allowed'],
  [{ iss: 'i', sub: 't', aud: 'cart' }, 'not-allowed'],
  [undefined, 'not-allowed'],
])('a token of %j: %s', async (claims, reason) => {
  const rules = policy(
    '{ rules: [{ from: [{ source: { requestPrincipals: [i/s] } }], when: [{ key: "request.auth.claims[aud]", values: [cart] }] }] }',
  );
  expect(await ask(TOKENS + rules, 8080, { http: { ...GET, claims } })).toMatchObject({ reason });
});

test('words between blanks are a list in a scope', async () => {
  const rules = policy('{ rules: [{ when: [{ key: "request.auth.claims[scope]", values: [write] }] }] }');
  const claims = { iss: 'i', sub: 's', aud: 'cart', scope: 'read write' };
  expect(await ask(TOKENS + rules, 8080, { http: { ...GET, claims } })).toMatchObject({ allowed: true });
});

test.each([
  ['', 'always', 'always', 'always'],
  ['{}', 'never', 'never', 'never'],
  ['{ rules: [{ from: [{ source: { namespaces: [web] } }] }] }', 'always', 'never', 'never'],
  [
    '{ rules: [{ from: [{ source: { namespaces: [web] } }], to: [{ operation: { methods: [GET] } }] }] }',
    'sometimes',
    'never',
    'never',
  ],
  ['{ action: DENY, rules: [{ from: [{ source: { notPrincipals: ["*"] } }] }] }', 'always', 'always', 'never'],
  [
    '{ action: DENY, rules: [{ from: [{ source: { namespaces: [shop] } }], to: [{ operation: { methods: [GET] } }] }] }',
    'always',
    'sometimes',
    'always',
  ],
  [
    '{ action: DENY, rules: [{ to: [{ operation: { ports: ["1"], methods: [GET] } }] }] }',
    'always',
    'always',
    'always',
  ],
  ['{ action: CUSTOM, provider: { name: x }, rules: [{}] }', 'never', 'never', 'never'],
  ['{ rules: [{ from: [{ source: { ipBlocks: [10.0.0.2] } }] }] }', 'sometimes', 'sometimes', 'sometimes'],
])('who may call at all under %s: web/front %s, shop/cart %s, nobody known %s', (spec, front, cart, nobody) => {
  const { rows } = matrixOf(plane(spec === '' ? '' : policy(spec)));
  expect(rows.find(({ port }) => port.number === 8080)?.callers).toEqual({
    'web/front': front,
    'shop/cart': cart,
    '': nobody,
  });
});
