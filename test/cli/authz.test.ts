import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder } from '../support/folder.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

function pharos(...args: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, out: stdout, err: stderr };
}

function pod(namespace: string, name: string, account: string, ip: string, ports: string): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}-7d9f-x, namespace: ${namespace}, labels: { app: ${name}, pod-template-hash: 7d9f } }
spec: { serviceAccountName: ${account}, containers: [{ name: app, ports: ${ports} }] }
status: { podIP: ${ip}, phase: Running }
---
`;
}

const WORKLOADS = `${pod('shop', 'cart', 'cart', '10.0.0.1', '[{ containerPort: 8080 }]')}${pod('web', 'front', 'front', '10.0.0.2', '[]')}apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec:
  selector: { app: cart }
  ports: [{ name: http, port: 80, targetPort: 8080 }, { name: tcp-db, port: 5432 }]
`;

const POLICIES = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec:
  selector: { matchLabels: { app: cart } }
  rules:
    - from: [{ source: { namespaces: [web] } }]
      to: [{ operation: { paths: [/carts/*], ports: ["8080"] } }]
    - from: [{ source: { requestPrincipals: ["https://issuer.example/eve"] } }]
    - to: [{ operation: { ports: ["5432"] } }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: no-secrets, namespace: istio-system }
spec:
  action: DENY
  rules:
    - to: [{ operation: { paths: ["*/secret"], ports: ["8080"] } }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: tried, namespace: shop, annotations: { istio.io/dry-run: "true" } }
spec:
  action: DENY
  rules: [{ when: [{ key: "request.headers[x-env]", values: [test] }] }]
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: tokens, namespace: shop }
spec:
  jwtRules: [{ issuer: https://issuer.example, audiences: [cart], jwks: '{"keys":[]}' }]
`;

const STRICT = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec:
  mtls:
    mode: STRICT
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: db, namespace: shop }
spec:
  selector: { matchLabels: { app: cart } }
  portLevelMtls: { 5432: { mode: PERMISSIVE } }
`;

function mesh(files: Readonly<Record<string, string>> = {}): string {
  const { root, write } = folder();
  for (const [name, text] of Object.entries({ 'workloads.yaml': WORKLOADS, 'policies.yaml': POLICIES, ...files })) {
    write(name, text);
  }
  return root;
}

const FRONT = ['--from', 'web/front', '--to', 'shop/cart:8080'];

test('a call that a rule lets in is allowed, with the place of the rule', () => {
  const { status, out, err } = pharos('authz', mesh(), ...FRONT, 'GET', '/carts/7?x=y');
  expect(err).toBe('');
  expect(out).toContain('allowed: web/front → shop/cart:8080 GET /carts/7?x=y');
  expect(out).toMatch(/policies\.yaml:7:7 AuthorizationPolicy shop\/cart spec\.rules\[0\]: this rule lets it in/);
  expect(out).toContain('mTLS is PERMISSIVE (nobody said), the caller is cluster.local/ns/web/sa/front');
  expect(status).toBe(0);
});

test('what policies note, and what is not looked at, is told beside the answer', () => {
  const claims = '{"iss":"https://issuer.example","sub":"eve","aud":"cart"}';
  const { out } = pharos('authz', mesh(), ...FRONT, 'GET', '/carts/7', '-H', 'X-Env: test', '--claims', claims);
  expect(out).toContain('AuthorizationPolicy shop/tried spec.rules[0]: dry run: it would be denied');
  const tcp = pharos('authz', mesh(), '--from', 'web/fron', '--to', 'shop/cart-7d9f-x:5432', 'GET', '/');
  expect(tcp.out).toContain('allowed: web/fron → shop/cart:5432 TCP');
  expect(tcp.out).toContain('note not looked at: the request');
  expect(tcp.out).toContain('note no workload runs as web/fron: did you mean web/front?');
});

test('a port that takes mTLS only refuses plain text, by the line that says so', () => {
  const root = mesh({ 'mtls.yaml': STRICT });
  const { out, status } = pharos('authz', root, ...FRONT, '--plaintext', 'GET', '/carts/7');
  expect(out).toMatch(/mtls\.yaml:6:11 PeerAuthentication shop\/default spec\.mtls\.mode: the port takes mTLS only/);
  expect(status).toBe(1);
  expect(pharos('authz', root, ...FRONT, 'GET', '/carts/7').status).toBe(0);
});

test('for machines, an answer has its reason and the place of what decided', () => {
  const { out } = pharos('authz', mesh(), ...FRONT, 'GET', '/carts/secret', '--output', 'json');
  expect(JSON.parse(out)).toMatchObject({
    allowed: false,
    reason: 'denied',
    by: { object: 'AuthorizationPolicy istio-system/no-secrets', path: 'spec.rules[0]', line: 18, column: 7 },
    principal: 'cluster.local/ns/web/sa/front',
    mtls: { mode: 'permissive', used: true },
  });
});

const GATEWAY = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: edge }
spec:
  selector: { app: edge }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }]
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: users, namespace: edge }
spec: { jwtRules: [{ issuer: a, jwks: '{"keys":[]}' }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: public, namespace: edge }
spec:
  selector: { matchLabels: { app: edge } }
  rules: [{ to: [{ operation: { hosts: [shop.example] } }] }]
`;

test('a gateway is asked as a workload is, and by the token as it comes', () => {
  const root = mesh({ 'gateway.yaml': GATEWAY });
  const asked = ['authz', root, '--to', 'gateway/edge/public', 'GET', '/', '--host'];
  const { out, status } = pharos(...asked, 'shop.example');
  expect(out).toContain('allowed: somebody → gateway/edge/public:80 GET /');
  expect(out).toContain('clients show no certificate, the caller has no identity');
  expect(status).toBe(0);
  expect(pharos(...asked, 'other.example').status).toBe(1);
  const token = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJiIn0.AAAA';
  const refused = pharos(...asked, 'shop.example', '--token', token);
  expect(refused.out).toMatch(
    /gateway\.yaml:\d+:\d+ RequestAuthentication edge\/users spec\.jwtRules\[0\]: the token is of issuer "b", and the rule is about "a" \(401\)/,
  );
  expect(refused.out).not.toContain(token);
  expect(refused.status).toBe(1);
  const json = pharos(...asked, 'shop.example', '--token', 'x', '--output', 'json').out;
  expect(JSON.parse(json)).toMatchObject({
    reason: 'token-refused',
    status: 401,
    why: 'the token is not a JSON Web Token',
  });
});

test('who is of another mesh, what the handshake asks for, and what filters say are parts of the question', () => {
  const policy = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: asks, namespace: shop }
spec:
  action: DENY
  rules:
    - when: [{ key: connection.sni, values: [secret.example] }]
    - when: [{ key: 'experimental.envoy.filters.http.lua[team]', values: [red] }]
`;
  const root = mesh({ 'asks.yaml': policy });
  const ask = (...args: readonly string[]) => pharos('authz', root, ...FRONT, 'GET', '/carts/7', ...args);
  expect(ask().status).toBe(0);
  expect(ask('--sni', 'secret.example').out).toContain('shop/asks spec.rules[0]: this rule denies it (403)');
  expect(ask('--metadata', '{"envoy.filters.http.lua":{"team":"red"}}').out).toContain('shop/asks spec.rules[1]');
  const foreign = ask('--from', 'spiffe://other.example/ns/web/sa/front');
  expect(foreign.out).toContain('denied: web/front of other.example → shop/cart:8080');
  expect(foreign.out).toContain('the handshake fails: that trust domain');
  expect(ask('--from', 'spiffe://cluster.local/ns/web/sa/front').status).toBe(0);
});

test('the matrix says of every account and port whether it may be called', () => {
  const root = mesh({ 'mtls.yaml': STRICT });
  const { out, status } = pharos('authz', root, '--matrix', '-o', 'json');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toEqual({
    accounts: ['shop/cart', 'web/front', 'no identity'],
    ports: [
      {
        workload: 'shop/cart',
        port: 5432,
        protocol: 'tcp',
        mtls: 'permissive',
        callers: { 'shop/cart': 'always', 'web/front': 'always', 'no identity': 'always' },
      },
      {
        workload: 'shop/cart',
        port: 8080,
        protocol: 'http',
        mtls: 'strict',
        callers: { 'shop/cart': 'sometimes', 'web/front': 'sometimes', 'no identity': 'never' },
      },
    ],
  });
  const text = pharos('authz', root, '--matrix').out;
  expect(text).toMatch(/shop\/cart:8080 http.*strict.*depends.*depends.*no/);
});

test('the mode of every port is told, with who decided', () => {
  const root = mesh({ 'mtls.yaml': STRICT });
  const { out } = pharos('mtls', root);
  expect(out).toMatch(
    /shop\/cart:5432.*tcp.*mTLS and plain text.*mtls\.yaml:13:34 PeerAuthentication shop\/db spec\.portLevelMtls\["5432"\]\.mode/,
  );
  expect(out).toMatch(/shop\/cart:8080.*http.*mTLS only.*mtls\.yaml:6:11 PeerAuthentication shop\/default/);
  expect(out).toMatch(/web\/front:\*.*mTLS and plain text.*nobody: the default/);
  const { out: json } = pharos('mtls', root, '-o', 'json');
  expect(JSON.parse(json)).toContainEqual({
    workload: 'shop/cart',
    port: 8080,
    protocol: 'http',
    mode: 'strict',
    by: {
      object: 'PeerAuthentication shop/default',
      path: 'spec.mtls.mode',
      file: expect.stringContaining('mtls.yaml'),
      line: 6,
      column: 11,
    },
  });
});

test.each<[readonly string[], string]>([
  [['--to', 'shop/crt:8080'], 'there is no workload shop/crt\n  hint: did you mean shop/cart?'],
  [[], 'who is called?'],
  [['--to', 'shop/cart:8080', 'GET', 'carts'], 'the path must begin with /'],
  [['--from', 'front', '--to', 'shop/cart:8080'], 'must be NAMESPACE/NAME'],
  [['--to', 'shop/cart:8080', '--claims', 'x'], 'must be a JSON object'],
  [['--from', 'spiffe://x/y', '--to', 'shop/cart:8080'], 'must be spiffe://DOMAIN/ns/NAMESPACE/sa/ACCOUNT'],
  [['--to', 'gateway/edge/other:80'], 'there is no workload gateway/edge/other'],
  [['--to', 'shop/cart:8080', '--metadata', '{"a":"b"}'], 'must be a JSON object of objects'],
  [['--to', 'shop/cart:8080', '-H', 'x'], 'must be "NAME: VALUE"'],
  [['--to', 'shop/cart:8080', '--source-ip', 'x'], 'must be an IP address'],
])('%j is used wrongly: told in words, with exit code 2', (args, message) => {
  const { status, err } = pharos('authz', mesh(), ...args);
  expect(err).toContain(message);
  expect(err).not.toMatch(/\n\s+at /);
  expect(status).toBe(2);
});
