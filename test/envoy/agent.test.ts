import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openAuthority } from '../../src/ca/index.ts';
import { envoyForTest } from '../support/envoy.ts';
import { freePort } from '../support/loopback.ts';
import { CART, CART_URL, startCart, WEB_URI } from '../support/mtls-pair.ts';
import { callCart, STRICT_MESH } from '../support/rotation-story.ts';
import { gatewayYaml, routeYaml } from '../support/router.ts';
import { type AgentTestOptions, agentReady, runAgentForTest } from '../support/run-agent.ts';
import { type SecurelyServed, serveForTest } from '../support/served.ts';
import { callAt, NO_CLUSTER_ADDRESSES, talk } from '../support/sidecar.ts';
import { until } from '../support/until.ts';

const HTTP_SERVER = '{ port: { number: 8081, name: http, protocol: HTTP }, hosts: ["*"] }';
const GATEWAY = `${gatewayYaml(HTTP_SERVER)}${routeYaml('cart.example', 'http: [{ directResponse: { status: 200 } }]')}`;

/** What an agent of a service account is told of this pharos. */
async function agentOf(served: SecurelyServed, sa: string, args: readonly string[] = []): Promise<AgentTestOptions> {
  const [namespace = '', name = ''] = sa.split('/');
  return {
    sa,
    securePort: served.securePort,
    rootPem: served.rootPem,
    token: await served.token(namespace, name),
    args,
  };
}

const AS_GATEWAY = ['--gateway', 'gateway', '--label', 'app=edge'];

function gateway() {
  return callAt({ address: '127.0.0.1', port: 8081 }, 'http://cart.example/');
}

test('an Envoy is a workload by a key that nobody but it has', async () => {
  const served = await serveForTest({ files: { 'mesh.yaml': GATEWAY }, secure: true });
  const agent = await runAgentForTest(await agentOf(served, 'edge/gateway', AS_GATEWAY));
  await agentReady(agent);
  expect(served.serving.proxies()).toMatchObject([
    { node: { identity: { trustDomain: 'cluster.local', namespace: 'edge', serviceAccount: 'gateway' } } },
  ]);
  expect(served.serving.proxies()[0]!.types.some(({ type }) => type === 'sds')).toBe(false);
  expect(await gateway()).toMatchObject([{ status: 200 }]);
  expect(await agent.envoy.admin('/certs')).toContain('spiffe://cluster.local/ns/edge/sa/gateway');

  const written = readdirSync(agent.directory).sort();
  expect(written).toEqual(['admin-address', 'bootstrap.json', 'sds.sock']);
  const bootstrap = readFileSync(join(agent.directory, 'bootstrap.json'), 'utf8');
  for (const text of [bootstrap, agent.output(), await agent.envoy.admin('/config_dump')]) {
    expect(text).not.toMatch(/PRIVATE KEY|eyJ/);
  }
});

test('on SIGTERM clients are sent elsewhere while they are still served, then Envoy ends, and nothing is left', async () => {
  const served = await serveForTest({ files: { 'mesh.yaml': GATEWAY }, secure: true });
  const agent = await runAgentForTest(await agentOf(served, 'edge/gateway', [...AS_GATEWAY, '--drain', '3s']));
  await agentReady(agent);
  expect((await gateway())[0]!.headers['connection']).not.toBe('close');
  agent.process.kill('SIGTERM');
  await until('an answer that says: elsewhere', async () => {
    const [answer] = await gateway();
    expect(answer?.status).toBe(200);
    return answer?.headers['connection'] === 'close';
  });
  expect(await agent.ended).toBe(0);
  expect(readdirSync(agent.directory)).toEqual([]);
});

test('a second signal means now', async () => {
  const served = await serveForTest({ files: { 'mesh.yaml': GATEWAY }, secure: true });
  const agent = await runAgentForTest(await agentOf(served, 'edge/gateway', [...AS_GATEWAY, '--drain', '10m']));
  await agentReady(agent);
  agent.process.kill('SIGTERM');
  await until('it drains', () => agent.output().includes('draining Envoy'));
  agent.process.kill('SIGTERM');
  expect(await agent.ended).toBe(137);
});

test("the exit code is Envoy's", async () => {
  const served = await serveForTest({ files: { 'mesh.yaml': GATEWAY }, secure: true });
  const options = await agentOf(served, 'edge/gateway', AS_GATEWAY);
  const wrong = await runAgentForTest({ ...options, envoyArgs: ['--no-such-option'] });
  expect(await wrong.ended).toBe(1);
  const right = await runAgentForTest(options);
  await agentReady(right);
  await fetch(`http://${right.envoy.adminAddress}/quitquitquit`, { method: 'POST' });
  expect(await right.ended).toBe(0);
});

test('an agent that is there first waits for pharos, and says so', async () => {
  const address = { host: '127.0.0.1', port: await freePort() };
  const state = mkdtempSync(join(tmpdir(), 'pharos-state-'));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const before = await serveForTest({ files: {}, secure: { address, state } });
  const options = await agentOf(before, 'edge/gateway', AS_GATEWAY);
  await before.stop();
  const agent = await runAgentForTest(options);
  await until('it says why', () => /no certificate: cannot reach 127.0.0.1:\d+: .*ECONNREFUSED/.test(agent.output()));
  await serveForTest({ files: { 'mesh.yaml': GATEWAY }, secure: { address, state } });
  await agentReady(agent);
  expect(await gateway()).toMatchObject([{ status: 200 }]);
});

test.each<[string, (options: AgentTestOptions, served: SecurelyServed) => Promise<AgentTestOptions>, string]>([
  [
    'another pharos',
    async (options) => ({ ...options, rootPem: (await openAuthority({ source: { kind: 'own' } })).trust().rootsPem }),
    'the roots of --ca-root do not vouch for',
  ],
  [
    'a token of nobody',
    async (options) => ({ ...options, token: 'a.b.c' }),
    'does not believe who this is: the token is malformed',
  ],
  [
    'a token of somebody else',
    async (options, served) => ({ ...options, token: await served.token('edge', 'admin') }),
    'is of spiffe://cluster.local/ns/edge/sa/admin: the token is not of edge/gateway',
  ],
])('%s is no beginning: told in words, with exit code 2', async (_, change, message) => {
  const served = await serveForTest({ files: {}, secure: true });
  const agent = await runAgentForTest(await change(await agentOf(served, 'edge/gateway', AS_GATEWAY), served));
  expect(await agent.ended).toBe(2);
  expect(agent.output()).toContain(message);
  expect(agent.output()).not.toContain('    at ');
  expect(existsSync(join(agent.directory, 'sds.sock'))).toBe(false);
});

test('an Envoy that somebody else starts is served its secrets, too', async () => {
  const served = await serveForTest({ files: { 'mesh.yaml': GATEWAY }, secure: true });
  const agent = await runAgentForTest(await agentOf(served, 'edge/gateway', [...AS_GATEWAY, '--secrets-only']));
  await until('it serves', () => agent.output().includes('serving secrets'));
  const envoy = await envoyForTest({
    bootstrap: JSON.parse(readFileSync(join(agent.directory, 'bootstrap.json'), 'utf8')),
  });
  await envoy.ready();
  expect(await gateway()).toMatchObject([{ status: 200 }]);
  agent.process.kill('SIGTERM');
  expect(await agent.ended).toBe(0);
  expect(await gateway()).toMatchObject([{ status: 200 }]);
});

describe.skipIf(NO_CLUSTER_ADDRESSES)('between two sidecars with agents', () => {
  /** web and cart, whose certificates live for so long. */
  async function startPair(ttl: string) {
    const served = await serveForTest({ files: { 'mesh.yaml': STRICT_MESH }, secure: { expirySpreadMs: 0 } });
    const start = async (name: string, address: string, port: number) =>
      runAgentForTest(
        await agentOf(served, `shop/${name}`, [
          ...['--sidecar', `${name}-1`, '--label', `app=${name}`, '--ip', address, '--ttl', ttl],
          ...['--interception', 'none', '--http-proxy-port', String(port)],
        ]),
      );
    const [web, cart] = await Promise.all([start('web', '10.2.0.9', 15_002), start('cart', CART, 15_003)]);
    await Promise.all([agentReady(web), agentReady(cart)]);
    return { served, web, cart };
  }

  test('connections are encrypted, and cart is told who calls', async () => {
    await startCart();
    await startPair('1h');
    const [answer] = await callAt({ address: '127.0.0.1', port: 15_002, kind: 'http-proxy' }, CART_URL);
    expect([answer?.status, answer?.echoed?.headers['x-forwarded-client-cert']]).toEqual([
      200,
      expect.stringContaining(WEB_URI),
    ]);
    expect(await talk(CART, 8080, 'GET / HTTP/1.1\r\nhost: cart\r\nconnection: close\r\n\r\n')).toBe('');
  });

  test('certificates and streams are renewed again and again under 200 requests a second, and nobody notices', async () => {
    await startCart();
    const { served, web, cart } = await startPair('6s');
    const streams = () => served.events.filter(({ kind }) => kind === 'connected').length;
    const load = callCart(() => `${web.certificates()} certificates, ${streams()} streams`);
    onTestFinished(load.stop);
    await until('each has had five certificates', () => Math.min(web.certificates(), cart.certificates()) >= 5, 60_000);
    await until('each has had three streams', () => streams() >= 6, 60_000);
    await load.stop();
    expect(load.failures()).toEqual([]);
    expect(load.answered()).toBeGreaterThan(1_000);
    expect(served.serving.proxies()).toHaveLength(2);
  });
});
