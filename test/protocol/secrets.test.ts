import { expect, test } from 'vitest';
import type { JsonObject, Secret } from '../../src/proto/index.ts';
import { BOOKS, CA, SHOP, type TestPair } from '../support/certificates.ts';
import { gatewayYaml } from '../support/router.ts';
import { secretYaml } from '../support/secret-yaml.ts';
import { type SecurelyServed, serveForTest } from '../support/served.ts';
import { type NodeSaid, TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';
import { secretsOf, secureProxy } from './secure-clients.ts';

const pair = (name: string, namespace: string, { cert, key }: TestPair): string =>
  secretYaml(name, namespace, { 'tls.crt': cert, 'tls.key': key, 'ca.crt': CA });
const server = (port: number, credentialName: string): string =>
  `{ port: { number: ${port}, name: p${port}, protocol: HTTPS }, hosts: [a.example], tls: { mode: MUTUAL, credentialName: "${credentialName}" } }`;

/** Every way of naming the Secret of another that a Gateway could try. */
const OTHERS = ['shop', 'kubernetes://shop', 'kubernetes://shop/shop', 'kubernetes-gateway://shop/shop', 'shop/shop'];
const MESH = [
  gatewayYaml(server(8443, 'own'), ...OTHERS.map((name, i) => server(9000 + i, name))),
  pair('own', 'edge', BOOKS),
  pair('unused', 'edge', BOOKS),
  pair('shop', 'shop', SHOP),
].join('');

/** What a proxy might ask for to get a secret that is not its own. */
const NAMES = [
  ...OTHERS,
  ...OTHERS.map((name) => `${name}-cacert`),
  ...['kubernetes://../shop/shop', 'kubernetes://edge/../shop/shop', 'kubernetes://shop~shop', 'secret/shop/shop'],
  ...['kubernetes://unused', 'kubernetes://edge/unused', '*', 'file-cert:/etc/passwd~/etc/shadow'],
];

test.each(['delta', 'sotw'] as const)(
  'a gateway gets its own identity and what its servers name in its namespace, whatever it asks for, over %s',
  async (protocol) => {
    const served = await serve();
    const proxy = secureProxy(served, protocol, node('router'), { token: await served.token('edge', 'gateway') });
    const own = ['default', 'ROOTCA', 'kubernetes://own', 'kubernetes://own-cacert'];
    proxy.subscribe('sds', ...own, ...NAMES);
    await until('its own are there', () => own.every((name) => secretsOf(proxy).has(name)));
    expect([...secretsOf(proxy).keys()].sort()).toEqual(own.toSorted());
    expect(certificatesIn(proxy)).not.toContain(SHOP.key);
    expect(keyOf(secretsOf(proxy).get('kubernetes://own'))).toBe(BOOKS.key);
  },
);

test.each(['delta', 'sotw'] as const)('a sidecar gets no Secret of its namespace, over %s', async (protocol) => {
  const served = await serve();
  const proxy = secureProxy(served, protocol, node('sidecar'), { token: await served.token('edge', 'gateway') });
  proxy.subscribe('sds', 'default', 'ROOTCA', 'kubernetes://own', 'kubernetes://own-cacert', ...NAMES);
  await until('its own are there', () => secretsOf(proxy).has('default') && secretsOf(proxy).has('ROOTCA'));
  expect([...secretsOf(proxy).keys()].sort()).toEqual(['ROOTCA', 'default']);
});

test.each(['delta', 'sotw'] as const)('who has not proved who it is gets nothing, over %s', async (protocol) => {
  const served = await serve();
  const proxy = new TestProxy(`127.0.0.1:${served.port}`, protocol, node('router'));
  proxy.subscribe('sds', 'default', 'ROOTCA', 'kubernetes://own', 'kubernetes://own-cacert', ...NAMES);
  await until('it is answered', () => proxy.responses.some(({ type }) => type === 'sds'));
  await proxy.close();
  expect([...secretsOf(proxy).keys()]).toEqual([]);
});

test('a Secret that is replaced is one resource, and nothing else is sent', async () => {
  const served = await serve();
  const proxy = secureProxy(served, 'delta', node('router'), { token: await served.token('edge', 'gateway') });
  proxy.subscribe('lds');
  proxy.subscribe('sds', 'kubernetes://own', 'kubernetes://own-cacert');
  await until('all is there', () => secretsOf(proxy).size === 2 && proxy.has.get('lds')!.size > 0);
  const sent = await served.change(() =>
    served.write('mesh.yaml', MESH.replace(pair('own', 'edge', BOOKS), pair('own', 'edge', SHOP))),
  );
  expect(sent.map(({ type, resources, removed }) => ({ type, resources, removed }))).toEqual([
    { type: 'sds', resources: 1, removed: 0 },
  ]);
  expect(keyOf(secretsOf(proxy).get('kubernetes://own'))).toBe(SHOP.key);
});

function serve(): Promise<SecurelyServed> {
  return serveForTest({ files: { 'mesh.yaml': MESH }, secure: true });
}

function node(role: 'router' | 'sidecar'): NodeSaid {
  const metadata = { NAMESPACE: 'edge', LABELS: { app: 'edge' } };
  return { id: `${role}~127.0.0.1~gateway.edge~edge.svc.cluster.local`, metadata } as NodeSaid;
}

function keyOf(secret: JsonObject | undefined): string {
  return Buffer.from(
    (secret as Secret | undefined)?.tlsCertificate?.privateKey?.inlineBytes ?? '',
    'base64',
  ).toString();
}

function certificatesIn(proxy: TestProxy): string {
  const bytes = proxy.responses.flatMap(({ resources }) => resources.map((resource) => resource.bytes));
  return Buffer.concat(bytes).toString('latin1');
}
