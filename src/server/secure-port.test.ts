import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { type Authority, openAuthority } from '../ca/index.ts';
import { cacerts, makeAuthority, makeCrl, x509 } from '../ca/others.fixture.ts';
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from './connection-limits.ts';
import { createSecurePort, type Peer, peerAt } from './secure-port.ts';
import { createServerCertificate } from './server-certificate.ts';
import { realTimers } from './timers.ts';

const CART = { trustDomain: 'td', namespace: 'shop', serviceAccount: 'cart' };

async function start({ authority, ...limits }: Partial<ConnectionLimits> & { authority?: Authority } = {}) {
  const signer = authority ?? (await openAuthority({ source: { kind: 'own' } }));
  const refused: string[] = [];
  const injected: TLSSocket[] = [];
  const certificate = createServerCertificate({
    authority: signer,
    names: ['localhost'],
    timers: realTimers,
    onFailure: (error) => {
      throw error;
    },
  });
  const port = createSecurePort({
    authority: signer,
    certificate,
    limits: { ...DEFAULT_CONNECTION_LIMITS, ...limits },
    timers: realTimers,
    trustDomainFor: (name) => (['td', 'old-td'].includes(name) ? 'td' : undefined),
    inject: (socket) => injected.push(socket),
    onRefused: (_, reason) => refused.push(reason),
  });
  const address = await port.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => {
    port.close();
    certificate.close();
    signer.close();
    for (const socket of injected) socket.destroy();
  });
  const peers = (): (Peer | undefined)[] => injected.map(peerAt);
  const options = { port: address.port, servername: 'localhost', ca: signer.trust().rootsPem, ALPNProtocols: ['h2'] };
  return { authority: signer, options, refused, injected, peers };
}

/** A TLS client; undefined if the handshake fails. */
function greet(options: ConnectionOptions): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(options, () => resolve(socket));
    socket.on('error', () => resolve(undefined));
    onTestFinished(() => void socket.destroy());
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));
}

function silent(port: number): Socket {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}

const clientOf = (authority: Authority, identity = CART) => {
  const { leafPem, keyPem } = authority.issue(identity);
  return { cert: leafPem, key: keyPem };
};

test('TLS 1.3 with AES-GCM and TLS 1.2 are spoken, older ones are not', async () => {
  const { options } = await start();
  const newest = await greet(options);
  expect([newest?.getProtocol(), newest?.alpnProtocol]).toEqual(['TLSv1.3', 'h2']);
  expect(newest?.getCipher().name).toMatch(/^TLS_AES_\d+_GCM/);
  expect((await greet({ ...options, maxVersion: 'TLSv1.2' }))?.getProtocol()).toBe('TLSv1.2');
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  expect(await greet({ ...options, ...old })).toBeUndefined();
});

test('who presents nothing is anonymous; who presents a certificate is who that says, until it ends', async () => {
  const { authority, options, injected, peers } = await start();
  await greet(options);
  await greet({ ...options, ...clientOf(authority) });
  await expect.poll(() => injected.length).toBe(2);
  expect(peers()).toEqual([
    { certificate: undefined },
    { certificate: { identity: CART, expiresAtMs: expect.any(Number) } },
  ]);
  expect(peers()[1]!.certificate!.expiresAtMs - Date.now()).toBeGreaterThan(23 * 3_600_000);
});

test('an alias of our trust domain is ours', async () => {
  const { authority, options, injected, peers } = await start();
  await greet({ ...options, ...clientOf(authority, { ...CART, trustDomain: 'old-td' }) });
  await expect.poll(() => injected.length).toBe(1);
  expect(peers()).toMatchObject([{ certificate: { identity: CART } }]);
});

test('a socket that came in elsewhere is nobody', () => {
  expect(peerAt(undefined)).toBeUndefined();
  expect(peerAt({})).toBeUndefined();
});

test('who is not believed is not let in', async () => {
  const { authority, options, refused, injected } = await start();
  const stranger = await openAuthority({ source: { kind: 'own' } });
  onTestFinished(stranger.close);
  for (const client of [clientOf(stranger), clientOf(authority, { ...CART, trustDomain: 'other' })]) {
    const socket = await greet({ ...options, ...client });
    if (socket) await closed(socket);
  }
  expect(refused).toEqual([
    expect.stringMatching(/^client certificate refused/),
    'client certificate refused: spiffe://other/ns/shop/sa/cart is of another trust domain',
  ]);
  expect(injected).toEqual([]);
});

test('a client whose certificate is revoked while it is connected is cut off, and the others stay', async () => {
  const root = await makeAuthority('root', { notAfter: Date.now() + 365 * 24 * 3_600_000 });
  const authority = await openAuthority({ source: { kind: 'files', files: cacerts(root) } });
  const { options, injected, refused } = await start({ authority });
  const [bad, good] = [clientOf(authority), clientOf(authority)];
  const cut = await greet({ ...options, ...bad });
  const kept = await greet({ ...options, ...good });
  await expect.poll(() => injected.length).toBe(2);
  const crl = await makeCrl(root, [new x509.X509Certificate(bad.cert).serialNumber], {
    nextUpdate: Date.now() + 3_600_000,
  });
  authority.replace({ ...cacerts(root), 'ca-crl.pem': crl });
  await closed(cut!);
  expect(refused).toEqual([expect.stringMatching(/revoked/)]);
  expect(kept!.closed).toBe(false);
});

test('who does not shake hands in time is cut off, and who speaks something else', async () => {
  const { options, refused } = await start({ handshakeMs: 50 });
  await closed(silent(options.port));
  const chatty = silent(options.port);
  chatty.write('GET / HTTP/1.1\r\n\r\n');
  await closed(chatty);
  expect(refused).toEqual([
    'TLS handshake failed: ERR_TLS_HANDSHAKE_TIMEOUT',
    expect.stringMatching(/^TLS handshake failed: ERR_SSL/),
  ]);
});

test('handshakes that are never finished take no more than their share, and give it back', async () => {
  const { options, refused } = await start({ handshakes: 2 });
  const [first] = [silent(options.port), silent(options.port)];
  await expect.poll(async () => (await greet(options)) === undefined).toBe(true);
  expect(refused[0]).toBe('2 TLS handshakes are under way, and no more are begun');
  first!.destroy();
  await expect.poll(async () => (await greet(options)) !== undefined).toBe(true);
});

test('one address may have so many connections, and each that closes makes room', async () => {
  const { options, refused } = await start({ connectionsPerPeer: 2 });
  const [first] = [await greet(options), await greet(options)];
  expect(await greet(options)).toBeUndefined();
  expect(refused).toEqual(['127.0.0.1 has 2 connections, and may not have more']);
  first!.destroy();
  await expect.poll(async () => (await greet(options)) !== undefined).toBe(true);
});

test('an address that is taken is refused with the reason', async () => {
  const { options, authority } = await start();
  const certificate = createServerCertificate({
    authority,
    names: ['localhost'],
    timers: realTimers,
    onFailure: () => {},
  });
  onTestFinished(certificate.close);
  const second = createSecurePort({
    authority,
    certificate,
    limits: DEFAULT_CONNECTION_LIMITS,
    timers: realTimers,
    trustDomainFor: (name) => name,
    inject: () => {},
    onRefused: () => {},
  });
  onTestFinished(second.close);
  await expect(second.listen({ host: '127.0.0.1', port: options.port })).rejects.toThrow('another process does');
});
