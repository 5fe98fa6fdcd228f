import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openAuthority } from '../../src/ca/index.ts';
import { AskFailed, type AskFault } from '../../src/cli/agent/ask.ts';
import { type IdentityOptions, obtainIdentity } from '../../src/cli/agent/identity.ts';
import { folder } from '../support/folder.ts';
import { type SecurelyServed, serveForTest } from '../support/served.ts';

const ID = { trustDomain: 'cluster.local', namespace: 'shop', serviceAccount: 'cart' };

/** A pharos, and what an agent of shop/cart needs to ask it. */
async function setUp() {
  const served = await serveForTest({ files: {}, secure: true });
  const { root, write } = folder();
  write('token', `${await served.token('shop', 'cart')}\n`);
  write('root.pem', served.rootPem);
  const options: IdentityOptions = {
    xds: { host: '127.0.0.1', port: served.securePort },
    serverName: undefined,
    id: ID,
    tokenFile: join(root, 'token'),
    rootFile: join(root, 'root.pem'),
    ttlMs: undefined,
  };
  return { served, write, options };
}

async function failure(options: IdentityOptions): Promise<{ readonly fault: AskFault; readonly message: string }> {
  const error = await obtainIdentity(options).catch((thrown: unknown) => thrown);
  if (!(error instanceof AskFailed)) throw error;
  return { fault: error.fault, message: error.message };
}

function refusals({ events }: SecurelyServed): readonly string[] {
  return events.filter(({ kind }) => kind === 'certificate-refused').map((event) => JSON.stringify(event));
}

test('a workload with a token is given a certificate that believers of the roots believe', async () => {
  const { served, options } = await setUp();
  const identity = await obtainIdentity(options);
  expect(identity.uri).toBe('spiffe://cluster.local/ns/shop/sa/cart');
  expect(identity.rootsPem).toBe(served.rootPem);
  expect(identity.notAfterMs).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  const issued = served.events.find(({ kind }) => kind === 'certificate-issued');
  expect(issued).toMatchObject({ identity: ID, ignored: [] });
});

test('it is as short-lived as is asked for, and each has a key of its own', async () => {
  const { options } = await setUp();
  const [one, two] = [await obtainIdentity({ ...options, ttlMs: 60_000 }), await obtainIdentity(options)];
  expect(one.notAfterMs).toBeLessThanOrEqual(Date.now() + 61_000);
  expect(one.keyPem).not.toBe(two.keyPem);
});

test('the server is known by the name that is looked for', async () => {
  const { options } = await setUp();
  await obtainIdentity({ ...options, xds: { ...options.xds, host: 'localhost' } });
  await obtainIdentity({ ...options, serverName: 'localhost' });
  expect(await failure({ ...options, serverName: 'pharos.example' })).toMatchObject({
    fault: 'untrusted',
    message: expect.stringContaining('a certificate that is not for "pharos.example"'),
  });
});

test('a token that is replaced counts at the next request', async () => {
  const { served, write, options } = await setUp();
  write('token', await served.token('shop', 'cart', { ttlMs: -3_600_000 }));
  expect(await failure(options)).toMatchObject({ fault: 'unproved', message: expect.stringContaining('has expired') });
  write('token', await served.token('shop', 'cart'));
  await obtainIdentity(options);
});

test.each([
  ['an expired token', (served: SecurelyServed) => served.token('shop', 'cart', { ttlMs: -3_600_000 })],
  ['no token', async () => ''],
])('who has an identity still may renew it with %s', async (_, token) => {
  const { served, write, options } = await setUp();
  const first = await obtainIdentity(options);
  write('token', await token(served));
  const second = await obtainIdentity(options, first);
  expect(second.uri).toBe(first.uri);
  expect(second.keyPem).not.toBe(first.keyPem);
});

test('a token of somebody else gives nobody his identity', async () => {
  const { served, write, options } = await setUp();
  write('token', await served.token('shop', 'admin'));
  expect(await failure(options)).toEqual({
    fault: 'refused',
    message:
      'the certificate that was given is of spiffe://cluster.local/ns/shop/sa/admin: the token is not of shop/cart',
  });
});

test('another pharos is not believed, even if it has the name', async () => {
  const { write, options } = await setUp();
  const other = await openAuthority({ source: { kind: 'own' } });
  write('root.pem', other.trust().rootsPem);
  expect(await failure(options)).toMatchObject({
    fault: 'untrusted',
    message: expect.stringContaining('the roots of --ca-root do not vouch for'),
  });
});

test('nobody there is told as such', async () => {
  const { served, options } = await setUp();
  await served.stop();
  expect(await failure(options)).toMatchObject({
    fault: 'unreachable',
    message: expect.stringMatching(/^cannot reach 127\.0\.0\.1:\d+: .*ECONNREFUSED/),
  });
});

test('a server without TLS is told from one that is not there', async () => {
  const { options } = await setUp();
  const server = createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  expect(await failure({ ...options, xds: { host: '127.0.0.1', port } })).toEqual({
    fault: 'unreachable',
    message: `cannot reach 127.0.0.1:${port}: what listens there speaks no TLS; the secure port is 15012 where nobody chose another`,
  });
});

test('a file that is not there, and one that holds something else, are told without what they hold', async () => {
  const { write, options } = await setUp();
  expect(await failure({ ...options, tokenFile: '/nowhere' })).toMatchObject({
    fault: 'unproved',
    message: expect.stringContaining('/nowhere'),
  });
  expect(await failure({ ...options, rootFile: '/nowhere' })).toMatchObject({
    fault: 'untrusted',
    message: expect.stringContaining('/nowhere'),
  });
  write('token', '-----BEGIN PRIVATE KEY-----\nSECRET\n');
  const { message } = await failure(options);
  expect(message).toMatch(/holds no token$/);
  write('token', 'SECRET.SECRET.SECRET');
  expect((await failure(options)).message).not.toContain('SECRET');
});

test('nothing that pharos tells of all this has a token or a key in it', async () => {
  const { served, write, options } = await setUp();
  const identity = await obtainIdentity(options);
  const token = await served.token('shop', 'cart', { audience: 'vault' });
  write('token', token);
  await failure(options);
  const told = JSON.stringify(served.events, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  expect(refusals(served)).toHaveLength(1);
  for (const part of [token.split('.')[2]!, identity.keyPem.split('\n')[1]!]) expect(told).not.toContain(part);
});
