import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openAuthority } from '../../src/ca/index.ts';
import type { Load } from '../support/load.ts';
import { CART, CART_URL, startCart, startPair, WEB_URI } from '../support/mtls-pair.ts';
import { bothBelieve, bothShowIts, callCart, rootsIn, rootsOf, STRICT_MESH } from '../support/rotation-story.ts';
import { type SecurelyServed, serveForTest } from '../support/served.ts';
import { NO_CLUSTER_ADDRESSES, startSidecar } from '../support/sidecar.ts';
import { until } from '../support/until.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
/** A new root is believed so long before anybody shows a certificate of it. */
const SOON = { trustFirstMs: 1_000 };

describe.skipIf(NO_CLUSTER_ADDRESSES)('under 200 requests a second', () => {
  test.each(['delta', 'sotw'] as const)(
    'the root is rotated, pharos starts anew, the earlier root is forgotten, and no request fails: over %s',
    async (protocol) => {
      const state = temporary();
      const echo = await startCart();
      const secure = { state, ...SOON };
      const pair = await startPair(STRICT_MESH, { protocol, secure });
      let doing = 'nothing has changed';
      const load = callCart(() => doing);
      const [first] = rootsOf(pair.served);
      await bothShowIts(pair.served, echo, signerOf(pair.served));
      await more(load);

      doing = 'the root is rotated';
      await ca('rotate-root', '--state', state);
      await bothBelieve(pair, 2);
      await until('pharos has both', () => rootsOf(pair.served).length === 2);
      const second = rootsOf(pair.served)[0];
      expect(rootsOf(pair.served)).toEqual([second, first]);
      await bothShowIts(pair.served, echo, signerOf(pair.served));
      await more(load);

      doing = 'pharos has started anew';
      const { securePort: port } = pair.served;
      await pair.served.stop();
      await more(load);
      const again = await serveForTest({
        files: { 'mesh.yaml': STRICT_MESH },
        secure: { ...secure, address: { host: '127.0.0.1', port } },
      });
      expect(rootsOf(again)).toEqual([second, first]);
      await bothShowIts(again, echo, signerOf(again));
      await more(load);

      doing = 'the earlier root is forgotten';
      await ca('forget-earlier-roots', '--force', '--state', state);
      await bothBelieve(pair, 1);
      await until('pharos has one', () => rootsOf(again).length === 1);
      await bothShowIts(again, echo, signerOf(again));
      await more(load);

      await load.stop();
      expect(rootsOf(again)).toEqual([second]);
      expect(load.failures()).toEqual([]);
      for (const { events } of [pair.served, again]) {
        expect(events.filter(({ kind }) => kind === 'rejected')).toEqual([]);
      }
    },
  );

  test('the files of a CA of your own are replaced as Kubernetes does it, step by step, and no request fails', async () => {
    const [one, other] = [await authorityFiles(), await authorityFiles()];
    const mount = mountAt(temporary());
    mount({ ...one, 'root-cert.pem': one['ca-cert.pem'] });
    const echo = await startCart();
    const pair = await startPair(STRICT_MESH, { secure: { caCerts: mount.directory, ...SOON } });
    const { served } = pair;
    let doing = 'nothing has changed';
    const load = callCart(() => doing);
    const before = signerOf(served);
    await bothShowIts(served, echo, before);

    doing = 'both roots are believed';
    const both = one['ca-cert.pem'] + other['ca-cert.pem'];
    mount({ ...one, 'root-cert.pem': both });
    await bothBelieve(pair, 2);
    await more(load);

    doing = 'the other root signs';
    mount({ ...other, 'root-cert.pem': both });
    await until('pharos signs with it', () => signerOf(served) !== before);
    await bothShowIts(served, echo, signerOf(served));
    await more(load);

    doing = 'the first root is believed no more';
    mount({ ...other, 'root-cert.pem': other['ca-cert.pem'] });
    await bothBelieve(pair, 1);
    await more(load);

    await load.stop();
    expect(load.failures()).toEqual([]);
    expect(served.events.filter(({ kind }) => kind === 'rejected')).toEqual([]);
  });
});

test.skipIf(NO_CLUSTER_ADDRESSES)(
  'a workload that moves to another pharos with the same root talks as before',
  async () => {
    const secure = { state: temporary() };
    await startCart();
    const first = await serveForTest({ files: { 'mesh.yaml': STRICT_MESH }, secure });
    const second = await serveForTest({ files: { 'mesh.yaml': STRICT_MESH }, secure });
    expect(rootsOf(second)).toEqual(rootsOf(first));
    const cart = await startSidecar(first, { ...CART_SIDECAR, httpProxyPort: 15_003 });
    for (const served of [first, second]) {
      const web = await startSidecar(served, { labels: { app: 'web' }, address: '10.2.0.9', serviceAccount: 'web' });
      const { status, echoed } = await web.call(CART_URL);
      expect([status, echoed?.headers['x-forwarded-client-cert']]).toEqual([200, expect.stringContaining(WEB_URI)]);
      const told = await rootsIn(web.envoy);
      expect(told.trustedRoots).toHaveLength(1);
      expect(told).toEqual(await rootsIn(cart.envoy));
      await web.envoy.stop();
    }
    const { authenticator } = second.serving.secure!.tokens;
    const whose = await authenticator.authenticateToken(await first.token('shop', 'web'));
    expect(whose.identity).toMatchObject({ namespace: 'shop', serviceAccount: 'web' });
  },
);

const CART_SIDECAR = { labels: { app: 'cart' }, address: CART, serviceAccount: 'cart' };

async function more(load: Load): Promise<void> {
  const enough = load.answered() + 100;
  await until('requests are answered', () => load.answered() + load.failures().length >= enough);
}

function signerOf({ serving }: SecurelyServed): string {
  return serving.secure!.authority.describe().signer.subject;
}

async function ca(...args: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [MAIN, 'ca', ...args]);
}

/** A root with its key, as a CA of one's own. */
async function authorityFiles(): Promise<Readonly<Record<'ca-cert.pem' | 'ca-key.pem', string>>> {
  const directory = temporary();
  (await openAuthority({ source: { kind: 'own', directory } })).close();
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  return { 'ca-cert.pem': read('root-cert.pem'), 'ca-key.pem': read('ca-key.pem') };
}

/** Puts files as a mounted Secret: each is a link into `..data`, which is a link that is swapped for all of them at once. */
function mountAt(directory: string) {
  let count = 0;
  const put = (files: Readonly<Record<string, string>>): void => {
    const version = `..version-${count++}`;
    mkdirSync(join(directory, version));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(directory, version, name), text, { mode: 0o600 });
      if (count === 1) symlinkSync(join('..data', name), join(directory, name));
    }
    symlinkSync(version, join(directory, '..next'));
    renameSync(join(directory, '..next'), join(directory, '..data'));
  };
  return Object.assign(put, { directory });
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pharos-rotation-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
