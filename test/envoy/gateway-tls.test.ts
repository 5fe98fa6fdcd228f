import { writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BOOKS, CA, CLIENT, CRL, REVOKED, RSA, SHOP, STRANGER, type TestPair } from '../support/certificates.ts';
import { gatewayYaml, routeYaml, startRouter } from '../support/router.ts';
import { serveForTest } from '../support/served.ts';
import { talk } from '../support/sidecar.ts';
import { fingerprint, tlsCall, tlsTalk } from '../support/tls-client.ts';
import { answers, https, outcome, PORT, pair, serveAll, startGateway } from '../support/tls-gateway.ts';

describe.each(['delta', 'sotw'] as const)('over %s', (protocol) => {
  test('each host on a port is shown its own certificate, and a host of nobody none', async () => {
    const { call } = await startGateway(
      [
        gatewayYaml(
          https('https-shop', 'shop.example', '{ mode: SIMPLE, credentialName: shop }'),
          https('https-books', '"*.books.example", books.example', '{ mode: SIMPLE, credentialName: books }'),
        ),
        routeYaml('shop.example', answers(201)),
        routeYaml('books.example', answers(202)),
        routeYaml('"*.books.example"', answers(203)).replace('"*-books-example"', 'wild'),
        pair('shop', SHOP),
        pair('books', BOOKS),
      ],
      protocol,
    );
    expect(await call({ name: 'shop.example' })).toMatchObject({ status: 201, shown: fingerprint(SHOP.cert) });
    expect(await call({ name: 'books.example' })).toMatchObject({ status: 202, shown: fingerprint(BOOKS.cert) });
    expect(await call({ name: 'new.books.example' })).toMatchObject({ status: 203, shown: fingerprint(BOOKS.cert) });
    expect(outcome(await call({ name: 'tea.example' }))).toBe('refused');
  });
});

test('clients choose between HTTP/2 and HTTP/1.1', async () => {
  const { call } = await startGateway([
    gatewayYaml(https('https', 'shop.example', '{ mode: SIMPLE, credentialName: shop }')),
    pair('shop', SHOP),
  ]);
  expect(await call({ name: 'shop.example', alpn: ['h2', 'http/1.1'] })).toMatchObject({ alpn: 'h2' });
  expect(await call({ name: 'shop.example', alpn: ['http/1.1'] })).toMatchObject({ alpn: 'http/1.1', status: 404 });
});

test('MUTUAL takes only clients of its authority, and OPTIONAL_MUTUAL those without a certificate too', async () => {
  const { call } = await startGateway([
    gatewayYaml(
      https('https-must', 'must.example', '{ mode: MUTUAL, credentialName: shop }'),
      https('https-may', 'may.example', '{ mode: OPTIONAL_MUTUAL, credentialName: shop }'),
      https('https-named', 'named.example', '{ mode: MUTUAL, credentialName: shop, subjectAltNames: [other.example] }'),
    ),
    routeYaml('must.example', answers(201)),
    routeYaml('may.example', answers(202)),
    routeYaml('named.example', answers(203)),
    pair('shop', SHOP, { 'ca.crt': CA, 'ca.crl': CRL }),
  ]);
  const table: Record<string, readonly (number | 'refused')[]> = {};
  for (const name of ['must.example', 'may.example', 'named.example']) {
    const as = async (client?: TestPair) => outcome(await call({ name, as: client }));
    table[name] = [await as(CLIENT), await as(), await as(STRANGER), await as(REVOKED)];
  }
  expect(table).toEqual({
    'must.example': [201, 'refused', 'refused', 'refused'],
    'may.example': [202, 202, 'refused', 'refused'],
    'named.example': ['refused', 'refused', 'refused', 'refused'],
  });
});

test('fingerprints say which clients are meant', async () => {
  const hash = fingerprint(CLIENT.cert);
  const { call } = await startGateway([
    gatewayYaml(
      https('a', 'a.example', `{ mode: MUTUAL, credentialName: shop, verifyCertificateHash: ["${hash}"] }`),
      https('b', 'b.example', `{ mode: MUTUAL, credentialName: shop, verifyCertificateHash: ["${'0'.repeat(64)}"] }`),
      https('c', 'c.example', `{ mode: MUTUAL, credentialName: shop, verifyCertificateSpki: [${'A'.repeat(43)}=] }`),
    ),
    routeYaml('a.example', answers(201)),
    routeYaml('b.example', answers(202)),
    routeYaml('c.example', answers(203)),
    pair('shop', SHOP, { 'ca.crt': CA }),
  ]);
  const asked = ['a.example', 'b.example', 'c.example'].map((name) => call({ name, as: CLIENT }));
  expect((await Promise.all(asked)).map(outcome)).toEqual([201, 'refused', 'refused']);
});

test('versions and cipher suites are those that the server says', async () => {
  const { call } = await startGateway([
    gatewayYaml(
      https('new', 'new.example', '{ mode: SIMPLE, credentialName: shop, minProtocolVersion: TLSV1_3 }'),
      https(
        'old',
        'old.example',
        '{ mode: SIMPLE, credentialName: shop, maxProtocolVersion: TLSV1_2, cipherSuites: [ECDHE-ECDSA-AES256-GCM-SHA384] }',
      ),
      https('any', 'shop.example', '{ mode: SIMPLE, credentialNames: [shop, rsa] }'),
    ),
    routeYaml('new.example', answers(201)),
    routeYaml('old.example', answers(202)),
    routeYaml('shop.example', answers(203)),
    pair('shop', SHOP),
    pair('rsa', RSA),
  ]);
  expect(await call({ name: 'new.example' })).toMatchObject({ status: 201, protocol: 'TLSv1.3' });
  expect(outcome(await call({ name: 'new.example', maxVersion: 'TLSv1.2' }))).toBe('refused');
  expect(await call({ name: 'old.example' })).toMatchObject({
    status: 202,
    protocol: 'TLSv1.2',
    cipher: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  });
  expect(outcome(await call({ name: 'old.example', minVersion: 'TLSv1.3' }))).toBe('refused');
  const rsaOnly = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' } as const;
  expect(outcome(await call({ name: 'old.example', ...rsaOnly }))).toBe('refused');
  expect(await call({ name: 'shop.example' })).toMatchObject({ shown: fingerprint(SHOP.cert) });
  expect(await call({ name: 'shop.example', ...rsaOnly })).toMatchObject({ shown: fingerprint(RSA.cert) });
});

test('PASSTHROUGH sends each server name on unread, and closes those that no route is for', async () => {
  const backends = await Promise.all([startTlsBackend('shop', SHOP), startTlsBackend('books', BOOKS)]);
  const { call } = await startGateway([
    gatewayYaml(
      `{ port: { number: ${PORT}, name: tls, protocol: TLS }, hosts: ["*.example"], tls: { mode: PASSTHROUGH } }`,
    ),
    ...['shop', 'books'].map((name, i) => external(`${name}.internal`, 'TLS', backends[i]!)),
    ...['shop', 'books'].map((name) =>
      routeYaml(
        `${name}.example`,
        `tls: [{ match: [{ sniHosts: [${name}.example] }], route: [{ destination: { host: ${name}.internal } }] }]`,
      ),
    ),
  ]);
  expect(await call({ name: 'shop.example' })).toMatchObject({ text: 'I am shop', shown: fingerprint(SHOP.cert) });
  expect(await call({ name: 'books.example' })).toMatchObject({ text: 'I am books', shown: fingerprint(BOOKS.cert) });
  expect(outcome(await call({ name: 'tea.example' }))).toBe('refused');
});

test('AUTO_PASSTHROUGH sends mTLS to the service, port and subset that its server name says', async () => {
  const port = await startTlsBackend('cart', SHOP);
  const { call } = await startGateway([
    gatewayYaml(
      `{ port: { number: ${PORT}, name: tls, protocol: TLS }, hosts: ["*.internal"], tls: { mode: AUTO_PASSTHROUGH } }`,
    ),
    external('cart.internal', 'HTTP', port).replace('MESH_EXTERNAL', 'MESH_INTERNAL'),
    external('cart.other', 'HTTP', port).replace('MESH_EXTERNAL', 'MESH_INTERNAL'),
    external('outside.internal', 'HTTP', port),
  ]);
  expect(await call({ name: 'outbound_.443_._.cart.internal' })).toMatchObject({ text: 'I am cart' });
  expect(outcome(await call({ name: 'outbound_.443_._.cart.other' }))).toBe('refused');
  expect(outcome(await call({ name: 'outbound_.443_._.outside.internal' }))).toBe('refused');
  expect(outcome(await call({ name: 'cart.internal' }))).toBe('refused');
});

test('TCP is sent on as it comes, and TCP in TLS when that has ended', async () => {
  const port = await startTcpBackend();
  const served = await serveAll(
    gatewayYaml(
      `{ port: { number: ${PORT}, name: tcp, protocol: TCP }, hosts: [db.example] }`,
      `{ port: { number: ${PORT + 1}, name: tls, protocol: TLS }, hosts: [db.example], tls: { mode: SIMPLE, credentialName: shop } }`,
    ),
    external('db.internal', 'TCP', port),
    routeYaml('db.example', `tcp: [{ route: [{ destination: { host: db.internal, port: { number: 443 } } }] }]`),
    pair('shop', SHOP),
  );
  const envoy = await startRouter(served);
  await envoy.listenersReady(`0.0.0.0_${PORT}`, `0.0.0.0_${PORT + 1}`);
  expect(await talk('127.0.0.1', PORT, 'hello')).toBe('you said hello');
  expect(await tlsTalk({ port: PORT + 1, name: 'db.example' }, 'hello')).toMatchObject({ text: 'you said hello' });
  expect(outcome(await tlsTalk({ port: PORT + 1, name: 'other.example' }, 'hello'))).toBe('refused');
});

test('ISTIO_MUTUAL takes workloads of the mesh, and shows the identity of the gateway', async () => {
  const { served, call } = await startGateway([
    gatewayYaml(https('https', 'shop.example', '{ mode: ISTIO_MUTUAL }')),
    routeYaml('shop.example', answers(201)),
  ]);
  const issue = (serviceAccount: string): TestPair => {
    const identity = { trustDomain: 'cluster.local', namespace: 'shop', serviceAccount };
    const { leafPem, intermediatesPem, keyPem } = served.serving.secure!.authority.issue(identity);
    return { cert: [leafPem, ...intermediatesPem].join(''), key: keyPem };
  };
  expect(outcome(await call({ name: 'shop.example', as: issue('web') }))).toBe(201);
  expect(outcome(await call({ name: 'shop.example', as: CLIENT }))).toBe('refused');
  expect(outcome(await call({ name: 'shop.example' }))).toBe('refused');
});

test('certificates in files of the proxy are used, and a missing file costs only its server', async () => {
  const served = await serveForTest({ files: {} });
  const file = (name: string, text: string): string => {
    const path = join(served.directory, name);
    writeFileSync(path, text);
    return path;
  };
  const [cert, key] = [file('tls.crt', SHOP.cert), file('tls.key', SHOP.key)];
  const documents = [
    gatewayYaml(
      https('https', 'shop.example', `{ mode: SIMPLE, serverCertificate: ${cert}, privateKey: ${key} }`),
      https('lost', 'lost.example', '{ mode: SIMPLE, serverCertificate: /nowhere.crt, privateKey: /nowhere.key }'),
    ),
    routeYaml('shop.example', answers(201)),
    routeYaml('lost.example', answers(202)),
  ];
  served.write('mesh.yaml', documents.join(''));
  const envoy = await startRouter(served);
  await envoy.listenersReady(`0.0.0.0_${PORT}`);
  expect(await tlsCall({ port: PORT, name: 'shop.example' })).toMatchObject({ status: 201 });
  expect(outcome(await tlsCall({ port: PORT, name: 'lost.example' }))).toBe('refused');
});

async function startTlsBackend(name: string, { cert, key }: TestPair): Promise<number> {
  const server = createTlsServer({ cert, key }, (socket) => socket.end(`I am ${name}`));
  return listen(server);
}

async function startTcpBackend(): Promise<number> {
  return listen(
    createTcpServer((socket) => socket.on('error', () => {}).once('data', (said) => socket.end(`you said ${said}`))),
  );
}

function listen(server: ReturnType<typeof createTcpServer>): Promise<number> {
  onTestFinished(() => void server.close());
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { readonly port: number }).port)),
  );
}

function external(host: string, protocol: string, port: number): string {
  return `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${host}, namespace: edge }
spec:
  hosts: [${host}]
  location: MESH_EXTERNAL
  resolution: STATIC
  ports: [{ number: 443, name: p, protocol: ${protocol}, targetPort: ${port} }]
  endpoints: [{ address: 127.0.0.1 }]
`;
}
