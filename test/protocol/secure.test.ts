import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { type OwnAuthority, openAuthority } from '../../src/ca/index.ts';
import { serveForTest } from '../support/served.ts';
import { TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';
import { certificateOf, pemOf, secretsOf, secureProxy, sidecarNode, subjectOf } from './secure-clients.ts';

const DAY = 24 * 3_600_000;

for (const protocol of ['sotw', 'delta'] as const) {
  test(`a token and a client certificate both prove who a proxy is, and it has its own certificate, over ${protocol}`, async () => {
    const served = await serveForTest({ files: {}, secure: true });
    for (const proof of [
      { token: await served.token('shop', 'cart') },
      { certificate: certificateOf(served, 'shop', 'cart') },
      // The connection says more than what is written on it.
      { certificate: certificateOf(served, 'shop', 'cart'), token: await served.token('bank', 'vault') },
    ]) {
      const proxy = secureProxy(served, protocol, sidecarNode('shop'), proof);
      proxy.subscribe('sds', 'default', 'ROOTCA');
      await until('both secrets', () => secretsOf(proxy).size === 2);
      expect(subjectOf(proxy)).toBe('URI:spiffe://cluster.local/ns/shop/sa/cart');
      expect(secretsOf(proxy).get('ROOTCA')).toMatchObject({
        validationContext: { trustedCa: { inlineBytes: Buffer.from(served.rootPem).toString('base64') } },
      });
    }
  });

  test(`nobody is given what is another's, whatever it asks for or claims, over ${protocol}`, async () => {
    const served = await serveForTest({ files: {}, secure: true });
    const victim = secureProxy(served, protocol, sidecarNode('bank'), { token: await served.token('bank', 'vault') });
    victim.subscribe('sds', 'default');
    await until('its secret', () => secretsOf(victim).has('default'));

    const token = await served.token('shop', 'cart');
    const names = ['bank/vault', 'default/bank/vault', 'spiffe://cluster.local/ns/bank/sa/vault', 'kubernetes://vault'];
    const asking = secureProxy(served, protocol, sidecarNode('shop'), { token });
    asking.subscribe('sds', 'default', 'ROOTCA', ...names);
    await until('its own', () => secretsOf(asking).has('default'));
    expect([...secretsOf(asking).keys()].sort()).toEqual(['ROOTCA', 'default']);
    expect(subjectOf(asking)).toContain('/ns/shop/sa/cart');

    for (const node of [
      sidecarNode('bank'),
      sidecarNode('shop', 'web', { SERVICE_ACCOUNT: 'vault' }),
      sidecarNode('shop', 'web', { NAMESPACE: 'bank' }),
      { id: 'plain', cluster: 'vault.bank' },
      { id: 'plain', cluster: 'cart.shop', metadata: { namespace: 'bank' } },
    ]) {
      const liar = secureProxy(served, protocol, node, { token });
      liar.subscribe('sds', 'default');
      expect(await liar.ended(), JSON.stringify(node)).toMatchObject({
        code: status.PERMISSION_DENIED,
        details: expect.stringContaining('its connection is of spiffe://cluster.local/ns/shop/sa/cart'),
      });
      expect(secretsOf(liar).size).toBe(0);
    }
  });

  test(`a later request cannot make a proxy another, over ${protocol}`, async () => {
    const served = await serveForTest({ files: {}, secure: true });
    const proxy = secureProxy(served, protocol, sidecarNode('shop'), { token: await served.token('shop', 'cart') });
    proxy.subscribe('sds', 'default');
    await until('its own', () => secretsOf(proxy).has('default'));
    proxy.say(sidecarNode('bank'));
    proxy.subscribe('sds', 'ROOTCA');
    expect(await proxy.ended()).toMatchObject({ code: status.PERMISSION_DENIED });
    expect(subjectOf(proxy)).toContain('/ns/shop/sa/cart');
  });

  test(`on the plaintext port nobody has an identity or a secret, whatever is sent, over ${protocol}`, async () => {
    const served = await serveForTest({ files: {}, secure: true });
    const proof = { rootPem: served.rootPem, token: await served.token('shop', 'cart') };
    const node = sidecarNode('shop', 'web', {
      SERVICE_ACCOUNT: 'cart',
      identity: 'spiffe://cluster.local/ns/shop/sa/cart',
    });
    const proxy = new TestProxy(`127.0.0.1:${served.port}`, protocol, node, { ...proof, plaintext: true });
    onTestFinished(() => proxy.close());
    proxy.subscribe('cds');
    proxy.subscribe('sds', 'default', 'ROOTCA');
    await until('clusters', () => proxy.responses.some(({ type }) => type === 'cds'));
    expect(served.serving.proxies().map(({ node: { identity } }) => identity)).toEqual([undefined]);
    expect([...secretsOf(proxy).keys()]).toEqual([]);
    expect(served.serving.controlPlane.workloadSecrets.certificates.keys()).toEqual([]);
  });
}

test('a proxy that proves nothing is not served, and told what is wanted', async () => {
  const served = await serveForTest({ files: {}, secure: true });
  const proxy = secureProxy(served, 'delta', sidecarNode('shop'), {});
  proxy.subscribe('cds');
  expect(await proxy.ended()).toMatchObject({
    code: status.UNAUTHENTICATED,
    details: expect.stringContaining('authorization: Bearer'),
  });
});

test('tokens of others, of the past and of nobody are refused, and are not repeated', async () => {
  const served = await serveForTest({ files: {}, secure: true });
  const elsewhere = await serveForTest({ files: {}, secure: { trustDomain: 'elsewhere' } });
  const good = await served.token('shop', 'cart');
  const [head, body, signature] = good.split('.');
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  const admin = Buffer.from(
    JSON.stringify({
      ...JSON.parse(Buffer.from(body!, 'base64url').toString()),
      sub: 'system:serviceaccount:bank:vault',
    }),
  ).toString('base64url');
  const tokens = {
    garbage: 'not-a-token',
    unsigned: `${none}.${body}.`,
    changed: `${head}.${admin}.${signature}`,
    'cut short': `${head}.${body}.${signature!.slice(0, -8)}`,
    'of another pharos': await elsewhere.token('shop', 'cart'),
    expired: await served.token('shop', 'cart', { ttlMs: -3_600_000 }),
    huge: 'x'.repeat(20_000),
  };
  for (const [kind, token] of Object.entries(tokens)) {
    const proxy = secureProxy(served, 'delta', sidecarNode('shop'), { token });
    proxy.subscribe('sds', 'default');
    const { code, details } = await proxy.ended();
    expect(code, kind).toBe(status.UNAUTHENTICATED);
    expect(details).not.toContain(token.slice(0, 40));
    expect(proxy.responses).toEqual([]);
  }
});

test('a client certificate that is not believed costs the connection, even beside a good token', async () => {
  const state = temporary();
  const past = await openAuthority({ source: { kind: 'own', directory: state }, clock: () => Date.now() - 10 * DAY });
  const stranger = await openAuthority({ source: { kind: 'own' } });
  onTestFinished(() => {
    past.close();
    stranger.close();
  });
  const served = await serveForTest({ files: {}, secure: { state } });
  const { authority } = served.serving.secure!;
  const cart = { trustDomain: 'cluster.local', namespace: 'shop', serviceAccount: 'cart' };
  const presented = {
    'of an unknown root': pemOf(stranger.issue(cart)),
    expired: pemOf(past.issue(cart)),
    'of another trust domain': pemOf(authority.issue({ ...cart, trustDomain: 'elsewhere' })),
    'of a server': pemOf(authority.issueServer(['localhost'])),
    'of the authority itself': {
      chain: readFileSync(join(state, 'root-cert.pem'), 'utf8'),
      key: readFileSync(join(state, 'ca-key.pem'), 'utf8'),
    },
  };
  const token = await served.token('shop', 'cart');
  for (const [kind, certificate] of Object.entries(presented)) {
    const before = served.events.length;
    const proxy = secureProxy(served, 'delta', sidecarNode('shop'), { certificate, token });
    proxy.subscribe('sds', 'default');
    expect(await proxy.ended(), kind).toMatchObject({ code: status.UNAVAILABLE });
    expect(proxy.responses).toEqual([]);
    expect(served.events.slice(before), kind).toContainEqual(
      expect.objectContaining({
        kind: 'connection-refused',
        reason: expect.stringContaining('client certificate refused'),
      }),
    );
  }
  expect(served.serving.proxies()).toEqual([]);
});

test('a stream ends when its token does, and a proxy that comes back with it is refused', async () => {
  const served = await serveForTest({ files: {}, secure: { expirySpreadMs: 0 } });
  const proxy = secureProxy(served, 'delta', sidecarNode('shop'), {
    // Half a minute is allowed for clocks that differ.
    token: await served.token('shop', 'cart', { ttlMs: -28_000 }),
  });
  proxy.subscribe('sds', 'default');
  await until('its own', () => secretsOf(proxy).has('default'));
  expect(await proxy.ended()).toMatchObject({
    code: status.UNAUTHENTICATED,
    details: expect.stringContaining('expired'),
  });
  await proxy.reconnect();
  expect(await proxy.ended()).toMatchObject({ code: status.UNAUTHENTICATED });
  expect(served.events.filter(({ kind }) => kind === 'connected')).toHaveLength(1);
});

test('a stream ends when its client certificate does', async () => {
  const served = await serveForTest({ files: {}, secure: { expirySpreadMs: 0 } });
  const proxy = secureProxy(served, 'delta', sidecarNode('shop'), {
    certificate: certificateOf(served, 'shop', 'cart', 2_000),
  });
  proxy.subscribe('sds', 'default');
  await until('its own', () => secretsOf(proxy).has('default'));
  expect(await proxy.ended()).toMatchObject({
    code: status.UNAUTHENTICATED,
    details: expect.stringContaining('expired'),
  });
});

test('workloads are given a new certificate at half the life of the one they have', async () => {
  const served = await serveForTest({ files: {}, secure: { workloadTtlMs: 2_000 } });
  const proxy = secureProxy(served, 'delta', sidecarNode('shop'), { token: await served.token('shop', 'cart') });
  proxy.subscribe('sds', 'default');
  await until('three certificates', () => proxy.responses.length >= 3);
  const chains = proxy.responses.map(({ resources }) => Buffer.from(resources[0]!.bytes).toString('base64'));
  expect(new Set(chains).size).toBe(chains.length);
  expect(proxy.closed).toBeUndefined();
});

test('another root is believed first and used later; no stream ends, and pharos shows a certificate of it', async () => {
  const served = await serveForTest({ files: {}, secure: { trustFirstMs: 50 } });
  const proxy = secureProxy(served, 'delta', sidecarNode('shop'), { token: await served.token('shop', 'cart') });
  proxy.subscribe('sds', 'default', 'ROOTCA');
  await until('both', () => secretsOf(proxy).size === 2);
  await (served.serving.secure!.authority as OwnAuthority).rotateRoot();
  await until('a certificate of the new root', () => proxy.log.length >= 3);
  expect(proxy.log.slice(1)).toEqual(['sds ROOTCA', 'sds default']);
  expect(proxy.closed).toBeUndefined();

  const { rootsPem } = served.serving.secure!.authority.trust();
  const newRoots = rootsPem.replace(served.rootPem, '');
  for (const rootPem of [served.rootPem, newRoots]) {
    const other = secureProxy(served, 'delta', sidecarNode('shop'), {
      token: await served.token('shop', 'cart'),
      rootPem,
    });
    other.subscribe('sds', 'default');
    await until('it is served', () => secretsOf(other).has('default'));
  }
});

test('a restart keeps the root, so that who believed pharos still does', async () => {
  const state = temporary();
  const first = await serveForTest({ files: {}, secure: { state } });
  await first.stop();
  const second = await serveForTest({ files: {}, secure: { state } });
  expect(second.rootPem).toBe(first.rootPem);
});

test('the certificate of a workload is gone some time after its last stream, and not before', async () => {
  const served = await serveForTest({ files: {}, secure: { graceMs: 20 } });
  const { certificates } = served.serving.controlPlane.workloadSecrets;
  const proofs = { token: await served.token('shop', 'cart') };
  const [one, two] = [1, 2].map((i) => secureProxy(served, 'delta', sidecarNode('shop', `web-${i}`), proofs));
  for (const proxy of [one!, two!]) {
    proxy.subscribe('sds', 'default');
    await until('its own', () => secretsOf(proxy).has('default'));
  }
  await one!.close();
  await until('one is left', () => served.serving.proxies().length === 1);
  expect(certificates.keys()).toEqual(['shop/cart']);
  await two!.close();
  await until('nobody needs it', () => certificates.keys().length === 0);
});

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pharos-secure-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
