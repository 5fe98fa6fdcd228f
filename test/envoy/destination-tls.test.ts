import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BOOKS, CA, CLIENT, CRL, SHOP, type TestPair } from '../support/certificates.ts';
import { meshWithSidecar, NO_CLUSTER_ADDRESSES } from '../support/sidecar.ts';

const BANK = '10.3.0.1';
const URL = 'http://shop.example/';

/** A server outside the mesh, at port 443, that clients of the mesh call at port 80; and what a rule says of TLS to it. */
function meshOf(tls: string, more = ''): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example]
  ports: [{ name: http, number: 80, protocol: HTTP, targetPort: 443 }]
  resolution: STATIC
  endpoints: [{ address: ${BANK} }]
  ${more}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: shop, namespace: shop }
spec: { host: shop.example, trafficPolicy: { tls: ${tls} } }
`;
}

/** Tells who called, and for which name. */
async function startBank({ cert, key }: TestPair): Promise<void> {
  const server: Server = createServer(
    { cert, key, ca: CA, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const socket = request.socket as TLSSocket & { servername: string | false };
      const client = socket.getPeerX509Certificate()?.subjectAltName ?? 'nobody';
      response.setHeader('y-client', client).setHeader('y-name', String(socket.servername)).end('{}');
    },
  );
  await new Promise<void>((resolve) => server.listen(443, BANK, resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
}

function files(): Readonly<Record<'ca' | 'crl' | 'cert' | 'key', string>> {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const contents = { ca: CA, crl: CRL, cert: CLIENT.cert, key: CLIENT.key };
  return Object.fromEntries(
    Object.entries(contents).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return [name, join(folder, name)];
    }),
  ) as ReturnType<typeof files>;
}

async function answerTo(mesh: string) {
  const { call } = await meshWithSidecar(mesh);
  const { status, headers } = await call(URL);
  return { status, client: headers['y-client'], name: headers['y-name'] };
}

describe.skipIf(NO_CLUSTER_ADDRESSES)('to a server outside the mesh', () => {
  test('a request is encrypted, and asks for the certificate of its host', async () => {
    await startBank(SHOP);
    const { ca, crl } = files();
    expect(await answerTo(meshOf(`{ mode: SIMPLE, caCertificates: ${ca}, caCrl: ${crl} }`))).toEqual({
      status: 200,
      client: 'nobody',
      name: 'shop.example',
    });
  });

  test.each<[string, number, (ca: string) => string, string?]>([
    ['of another host', 503, (ca) => `{ mode: SIMPLE, caCertificates: ${ca} }`],
    ['that the rule names', 200, (ca) => `{ mode: SIMPLE, caCertificates: ${ca}, subjectAltNames: [books.example] }`],
    ['of a host that the rule asks for', 200, (ca) => `{ mode: SIMPLE, caCertificates: ${ca}, sni: books.example }`],
    [
      'that the service names',
      200,
      (ca) => `{ mode: SIMPLE, caCertificates: ${ca} }`,
      'subjectAltNames: [books.example]',
    ],
    [
      'that the rule does not name',
      503,
      (ca) => `{ mode: SIMPLE, caCertificates: ${ca}, subjectAltNames: [a.example] }`,
    ],
    ['that nobody looks at', 200, () => '{ mode: SIMPLE, insecureSkipVerify: true }'],
    ['of an authority that the system does not know', 503, () => '{ mode: SIMPLE, subjectAltNames: [books.example] }'],
  ])('a certificate %s: %i', async (_, status, tls, more = '') => {
    await startBank(BOOKS);
    expect((await answerTo(meshOf(tls(files().ca), more))).status).toBe(status);
  });

  test('the client shows its certificate where the rule says so', async () => {
    await startBank(SHOP);
    const { ca, cert, key } = files();
    const tls = `{ mode: MUTUAL, caCertificates: ${ca}, clientCertificate: ${cert}, privateKey: ${key} }`;
    expect((await answerTo(meshOf(tls))).client).toBe('DNS:client.example');
  });

  test.each([
    ['the certificate of a mesh, which this proxy has none of', '{ mode: ISTIO_MUTUAL }'],
    ['a Secret, which sidecars have none of', '{ mode: SIMPLE, credentialName: shop }'],
  ])('what needs %s is not sent', async (_, tls) => {
    await startBank(SHOP);
    expect((await answerTo(meshOf(tls))).status).toBe(503);
  });
});
