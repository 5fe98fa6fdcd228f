import { expect, test } from 'vitest';
import type { Secret } from '../../src/proto/index.ts';
import { BOOKS, SHOP } from '../support/certificates.ts';
import { secretYaml } from '../support/secret-yaml.ts';
import { type SecurelyServed, serveForTest } from '../support/served.ts';
import { type NodeSaid, TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';
import { secretsOf, secureProxy } from './secure-clients.ts';

const pair = (name: string, namespace: string, { cert, key }: typeof SHOP): string =>
  secretYaml(name, namespace, { 'tls.crt': cert, 'tls.key': key });
const ADDRESSES: Readonly<Record<string, string>> = {
  edge: '{ value: 127.0.0.1 }',
  shop: '{ value: 127.0.0.2 }',
  // The proxies of a Service there.
  lodger: '{ type: Hostname, value: lodgings.edge.svc.cluster.local }',
};
const KEPT = '{ name: kept, namespace: certs }';
const gateway = (name: string, namespace: string, ...listeners: readonly string[]): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  gatewayClassName: pharos
  addresses: [${ADDRESSES[namespace]}]
  listeners: [${listeners.join(', ')}]
  tls: { backend: { clientCertificateRef: ${name === 'thief' ? KEPT : '{ name: shown }'} } }
`;
const https = (name: string, secret: string): string =>
  `{ name: ${name}, port: 443, protocol: HTTPS, hostname: ${name}.example, tls: { certificateRefs: [${secret}] } }`;
const GRANT = `---
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: { name: certificates, namespace: certs }
spec:
  from: [{ group: gateway.networking.k8s.io, kind: Gateway, namespace: edge }]
  to: [{ group: "", kind: Secret, name: lent }]
`;
const LODGINGS = `---
apiVersion: v1
kind: Service
metadata: { name: lodgings, namespace: edge }
spec: { selector: { app: lodgings }, ports: [{ name: https, port: 443 }] }
`;
/** Gateways of three namespaces; one may use a Secret of a third namespace, and tries to use another of there. */
const MESH = [
  gateway('public', 'edge', https('own', '{ name: own }'), https('lent', '{ name: lent, namespace: certs }')),
  gateway('private', 'shop', https('own', '{ name: own }')),
  gateway('thief', 'edge', https('kept', KEPT)),
  gateway('lodger', 'lodger', https('own', '{ name: own }')),
  LODGINGS,
  pair('own', 'lodger', SHOP),
  pair('shown', 'lodger', BOOKS),
  pair('shown', 'edge', BOOKS),
  pair('own', 'edge', BOOKS),
  pair('unused', 'edge', BOOKS),
  pair('own', 'shop', SHOP),
  pair('lent', 'certs', SHOP),
  pair('kept', 'certs', SHOP),
];

const name = (namespace: string, secret: string): string => `kubernetes-gateway://${namespace}/${secret}`;
const EVERY = ['edge', 'shop', 'certs', 'lodger'].flatMap((namespace) =>
  ['own', 'shown', 'unused', 'lent', 'kept'].flatMap((secret) => [
    name(namespace, secret),
    `${name(namespace, secret)}-cacert`,
    `kubernetes://${namespace}/${secret}`,
    `kubernetes://${secret}`,
  ]),
);
const OF_PUBLIC = [name('certs', 'lent'), name('edge', 'own'), name('edge', 'shown')];

test.each(['delta', 'sotw'] as const)(
  'the proxy of a Gateway gets the certificates of its listeners, also those that were lent, and that for backends, over %s',
  async (protocol) => {
    const served = await serve();
    const proxy = await proxyOf(served, protocol, 'edge', { 'gateway.networking.k8s.io/gateway-name': 'public' });
    await until('its own are there', () => OF_PUBLIC.every((one) => secretsOf(proxy).has(one)));
    expect(await all(proxy)).toEqual(OF_PUBLIC);
    expect(keyOf(proxy, name('certs', 'lent'))).toBe(SHOP.key);
    expect(keyOf(proxy, name('edge', 'own'))).toBe(BOOKS.key);
  },
);

test('a proxy of the root namespace gets the certificates of all Gateways of its class', async () => {
  const served = await serve();
  const proxy = await proxyOf(served, 'delta', 'istio-system', CLASS);
  await until('they are there', () => secretsOf(proxy).size >= 6);
  expect(await all(proxy)).toEqual([
    name('certs', 'lent'),
    name('edge', 'own'),
    name('edge', 'shown'),
    name('lodger', 'own'),
    name('lodger', 'shown'),
    name('shop', 'own'),
  ]);
});

const CLASS = { 'gateway.networking.k8s.io/gateway-class-name': 'pharos' };
const PUBLIC = { 'gateway.networking.k8s.io/gateway-name': 'public' };

test.each([
  ['of another namespace that calls itself like the Gateway', 'shop', PUBLIC],
  ['of another namespace that says it serves the class', 'certs', CLASS],
  ['of the namespace that says it serves the class', 'edge', CLASS],
  ['of the namespace that serves a Gateway which may not have what it names', 'edge', { ...PUBLIC, ...thief() }],
  ['of the namespace that serves a Gateway of another one', 'edge', { app: 'lodgings' }],
  ['that serves nothing', 'edge', {}],
])('a proxy %s gets none', async (_, namespace, labels) => {
  const served = await serve();
  const proxy = await proxyOf(served, 'delta', namespace, labels);
  expect(await all(proxy)).toEqual([]);
});

function thief(): Readonly<Record<string, string>> {
  return { 'gateway.networking.k8s.io/gateway-name': 'thief' };
}

test('who serves a Gateway of another namespace is told that the server stays closed', async () => {
  const served = await serve();
  const proxy = await proxyOf(served, 'delta', 'edge', { app: 'lodgings' });
  expect(await all(proxy)).toEqual([]);
  const told = served.serving.controlPlane.problems().map(({ object, message }) => `${object} ${message}`);
  expect(told).toContain(
    'gateway.networking.k8s.io/Gateway/lodger/lodger a proxy of another namespace than the Gateway gets no Secrets for it; there the server stays closed',
  );
});

test('who has not proved who it is gets none, whatever it serves', async () => {
  const served = await serve();
  const proxy = new TestProxy(`127.0.0.1:${served.port}`, 'delta', node('edge', PUBLIC));
  proxy.subscribe('sds', ...EVERY);
  expect(await all(proxy)).toEqual([]);
  await proxy.close();
});

test('what is no longer lent is taken back', async () => {
  const served = await serve();
  const proxy = await proxyOf(served, 'delta', 'edge', PUBLIC);
  await until('its own are there', () => OF_PUBLIC.every((one) => secretsOf(proxy).has(one)));
  const sent = await served.change(() => served.remove('grant.yaml'));
  expect(sent.filter(({ type }) => type === 'sds').map(({ removed }) => removed)).toEqual([1]);
});

function serve(): Promise<SecurelyServed> {
  return serveForTest({ files: { 'mesh.yaml': MESH.join(''), 'grant.yaml': GRANT }, secure: true });
}

async function proxyOf(
  served: SecurelyServed,
  protocol: 'delta' | 'sotw',
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<TestProxy> {
  const token = await served.token(namespace, 'gateway');
  const proxy = secureProxy(served, protocol, node(namespace, labels), { token });
  proxy.subscribe('sds', ...EVERY);
  return proxy;
}

function node(namespace: string, labels: Readonly<Record<string, string>>): NodeSaid {
  const metadata = { NAMESPACE: namespace, LABELS: labels };
  return { id: `router~127.0.0.1~gateway.${namespace}~${namespace}.svc.cluster.local`, metadata } as NodeSaid;
}

/** All that a proxy has with the first answer: what there is, is in it. */
async function all(proxy: TestProxy): Promise<readonly string[]> {
  await until('it is answered', () => proxy.responses.some(({ type }) => type === 'sds'));
  return [...secretsOf(proxy).keys()].sort();
}

function keyOf(proxy: TestProxy, secret: string): string {
  const { tlsCertificate } = (secretsOf(proxy).get(secret) ?? {}) as Secret;
  return Buffer.from(tlsCertificate?.privateKey?.inlineBytes ?? '', 'base64').toString();
}
