import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import {
  decode,
  decodeDeltaDiscoveryResponse,
  decodeDiscoveryResponse,
  encodeDeltaDiscoveryRequest,
  encodeDiscoveryRequest,
  typeUrlOf,
} from '../../proto/index.ts';
import type { Identity } from './identity.ts';
import { openPlace } from './place.ts';
import { serveSecrets } from './sds.ts';
import { createAgentSecrets } from './secrets.ts';

const SERVICE = '/envoy.service.secret.v3.SecretDiscoveryService';
const TYPE = typeUrlOf('sds');

function identity(serial: number): Identity {
  return { chainPem: `chain ${serial}`, keyPem: `key ${serial}`, rootsPem: 'roots', uri: '', notAfterMs: 0 };
}

async function setUp() {
  const place = await openPlace(undefined);
  onTestFinished(place.close);
  const secrets = createAgentSecrets();
  const events: string[] = [];
  onTestFinished(await serveSecrets(place.socket, secrets, ({ kind }) => events.push(kind)));
  const client = new Client(`unix:${place.socket}`, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  onTestFinished(() => client.close());
  return { place, secrets, events, client };
}

/** An Envoy's stream for some names: each call of `next` gives what is sent next, and takes it. */
function subscribe(client: Client, protocol: 'sotw' | 'delta', names: readonly string[]) {
  const same = (bytes: Buffer): Buffer => bytes;
  const method = `${SERVICE}/${protocol === 'sotw' ? 'StreamSecrets' : 'DeltaSecrets'}`;
  const stream = client.makeBidiStreamRequest(method, same, same);
  onTestFinished(() => stream.cancel());
  stream.on('error', () => {});
  const say = (nonce: string, version: string): void => {
    const node = nonce === '' ? { node: { id: 'envoy' } } : {};
    const delta = { ...node, typeUrl: TYPE, resourceNamesSubscribe: nonce === '' ? names : [], responseNonce: nonce };
    const sotw = { ...node, typeUrl: TYPE, resourceNames: names, responseNonce: nonce, versionInfo: version };
    const empty = { resourceNamesUnsubscribe: [], initialResourceVersions: {} };
    stream.write(
      Buffer.from(
        protocol === 'sotw' ? encodeDiscoveryRequest(sotw) : encodeDeltaDiscoveryRequest({ ...delta, ...empty }),
      ),
    );
  };
  say('', '');
  return {
    async next(): Promise<readonly unknown[]> {
      const bytes = await new Promise<Buffer>((resolve) => stream.once('data', resolve));
      const response = protocol === 'sotw' ? decodeDiscoveryResponse(bytes) : decodeDeltaDiscoveryResponse(bytes);
      say(response.nonce, response.versionInfo);
      return response.resources.map((resource) => decode(TYPE, resource.bytes));
    },
  };
}

const inline = (text: string) => ({ inlineBytes: Buffer.from(text).toString('base64') });
const pair = (serial: number) => ({
  name: 'default',
  tlsCertificate: { certificateChain: inline(`chain ${serial}`), privateKey: inline(`key ${serial}`) },
});

test.each(['sotw', 'delta'] as const)(
  'a renewed identity is sent at once, and the roots only once, over %s',
  async (protocol) => {
    const { secrets, client } = await setUp();
    const own = subscribe(client, protocol, ['default']);
    const roots = subscribe(client, protocol, ['ROOTCA']);
    secrets.set(identity(1));
    expect(await own.next()).toEqual([pair(1)]);
    expect(await roots.next()).toEqual([{ name: 'ROOTCA', validationContext: { trustedCa: inline('roots') } }]);
    const next = own.next();
    secrets.set(identity(2));
    expect(await next).toEqual([pair(2)]);
  },
);

test.each(['sotw', 'delta'] as const)('a file is a secret that names it, over %s', async (protocol) => {
  const { secrets, client } = await setUp();
  secrets.set(identity(1));
  const names = ['file-cert:/etc/a.pem~/etc/a.key', 'file-root:/etc/ca.pem'];
  const sent = await subscribe(client, protocol, names).next();
  expect(sent).toEqual(
    expect.arrayContaining([
      {
        name: names[0],
        tlsCertificate: { certificateChain: { filename: '/etc/a.pem' }, privateKey: { filename: '/etc/a.key' } },
      },
      { name: names[1], validationContext: { trustedCa: { filename: '/etc/ca.pem' } } },
    ]),
  );
  expect(sent).toHaveLength(2);
});

test("the system's roots are those of this system", async () => {
  const { secrets, client } = await setUp();
  secrets.set(identity(1));
  const sent = await subscribe(client, 'sotw', ['file-root:system', 'ROOTCA']).next();
  const [system] = sent.filter((secret) => (secret as { name: string }).name === 'file-root:system');
  const { filename } = (system as { validationContext: { trustedCa: { filename: string } } }).validationContext
    .trustedCa;
  expect(existsSync(filename)).toBe(true);
});

test('what is no request ends its stream, and no other', async () => {
  const { secrets, client, events } = await setUp();
  const same = (bytes: Buffer): Buffer => bytes;
  const stream = client.makeBidiStreamRequest(`${SERVICE}/StreamSecrets`, same, same);
  const ended = new Promise<Error>((resolve) => stream.once('error', resolve));
  stream.write(Buffer.from('garbage'));
  expect((await ended).message).toContain('not a discovery request');
  expect(events).toEqual(['refused']);
  secrets.set(identity(1));
  expect(await subscribe(client, 'delta', ['default']).next()).toEqual([pair(1)]);
});

test('the socket is in a directory that nobody else may enter, and gone with it', async () => {
  const place = await openPlace(undefined);
  expect(statSync(place.directory).mode & 0o777).toBe(0o700);
  await place.close();
  expect(existsSync(place.directory)).toBe(false);
});

test('a directory that others may enter is refused, and one that is in use, but not one that a killed agent left behind', async () => {
  const home = mkdtempSync(join(tmpdir(), 'pharos-place-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const directory = join(home, 'agent');
  const place = await openPlace(directory);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  const stop = await serveSecrets(place.socket, createAgentSecrets(), () => {});
  await expect(openPlace(directory)).rejects.toThrow('another agent serves');
  stop();
  await openPlace(directory);
  rmSync(home, { recursive: true });
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o755);
  await expect(openPlace(directory)).rejects.toThrow('others may look into it');
});

test('a path that is too long for a socket is told as such', async () => {
  const long = join(tmpdir(), 'x'.repeat(120));
  onTestFinished(() => rmSync(long, { recursive: true, force: true }));
  await expect(openPlace(long)).rejects.toThrow('give a shorter --directory');
});
