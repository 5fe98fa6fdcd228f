import { readdirSync } from 'node:fs';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { serve } from '../../src/control-plane/serve.ts';
import type { JsonObject } from '../../src/proto/index.ts';
import { CA } from '../support/certificates.ts';
import { messagesOf } from '../support/corpus-proxy.ts';
import { folder, pod } from '../support/folder.ts';
import { freePort } from '../support/loopback.ts';
import { secretYaml } from '../support/secret-yaml.ts';
import { type Served, serveForTest } from '../support/served.ts';
import { TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';

const WEB = 'sidecar~10.0.0.50~web-1.shop~shop.svc.cluster.local';
const EDGE = 'sidecar~10.0.0.51~edge-1.shop~shop.svc.cluster.local';

const CART = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: cart, namespace: shop }
spec:
  hosts: [cart.shop]
  ports: [{ number: 80, name: http, protocol: HTTP }]
  resolution: STATIC
  endpoints: [{ address: 10.0.0.1 }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec:
  hosts: [cart.shop]
  http:
    - timeout: 2s
      route: [{ destination: { host: cart.shop } }]
`;
const CLUSTER = 'outbound|80||cart.shop';
const another = (host: string): string => CART.split('---')[0]!.replaceAll('cart', host);

test('the process is alive from the start, and ready only when it has read all of its directory', async () => {
  const { root, write } = folder();
  for (let i = 0; i < 3_000; i++) write(`${i}.yaml`, pod(`pod-${i}`));
  const port = await freePort();
  const read: number[] = [];
  const served = serve({
    directory: root,
    xds: { host: '127.0.0.1', port: 0 },
    admin: { host: '127.0.0.1', port },
    version: 'test',
    log: pino({ level: 'silent' }),
    onProgress: (count) => read.push(count),
  });
  onTestFinished(async () => (await served).stop());
  const first = await until('the first answer', () => ask(port, '/readyz'));
  expect(first).toEqual({ status: 503, text: 'the configuration is still being read\n' });
  expect(await ask(port, '/healthz')).toEqual({ status: 200, text: 'ok\n' });
  expect(read.length).toBeLessThan(readdirSync(root).length);
  await served;
  expect(await ask(port, '/readyz')).toEqual({ status: 200, text: 'ok\n' });
});

test('while streams are drained the process is alive and not ready, and says why', async () => {
  const { serving, get } = await start();
  const proxies = [await connect(serving.xds.port, WEB), await connect(serving.xds.port, EDGE)];
  const stopped = serving.stop({ overMs: 200 });
  expect(await get('/readyz')).toEqual({ status: 503, text: expect.stringContaining('stopping') });
  expect((await get('/healthz')).status).toBe(200);
  await stopped;
  for (const proxy of proxies) expect(await proxy.ended()).toMatchObject({ code: 0 });
  await expect(get('/healthz')).rejects.toThrow('fetch failed');
});

test('what a proxy is sent, takes and rejects moves the metrics of its type and of no other', async () => {
  const { serving, get, write, change } = await start();
  const none = await metrics(get);
  expect(none).toMatchObject({ pilot_xds: 0, pilot_virt_services: 1, 'pilot_info{version="test"}': 1 });
  const proxy = await connect(serving.xds.port, WEB);
  const first = await metrics(get);
  expect(first['pilot_xds']).toBe(1);
  expect(first['pilot_xds_pushes{type="cds"}']).toBe(1);
  expect(first['pharos_sent_resources_total{type="cds"}']).toBe(messagesOf(proxy, 'cds').size);
  expect(first['pharos_push_to_ack_seconds_count{type="cds"}']).toBe(1);
  // What it asked for when it came is no change.
  expect(first['pilot_proxy_convergence_time_count']).toBe(0);

  await change(() => write('tea.yaml', another('tea')));
  const taken = await metrics(get);
  expect(taken['pilot_xds_pushes{type="cds"}']).toBe(2);
  expect(taken['pilot_xds_pushes{type="eds"}']).toBe(first['pilot_xds_pushes{type="eds"}']);
  expect(taken['pilot_proxy_convergence_time_count']).toBe(1);
  expect(taken['pilot_total_xds_rejects{type="cds"}']).toBeUndefined();

  proxy.reply = () => ({ error: 'outbound|80||milk.shop: no room' });
  write('milk.yaml', another('milk'));
  await until('it is rejected', () => proxy.log.includes('cds rejected'));
  await until('that is counted', async () => (await metrics(get))['pilot_total_xds_rejects{type="cds"}'] === 1);
  const rejected = await metrics(get);
  expect(rejected['pharos_push_to_ack_seconds_count{type="cds"}']).toBe(2);
  expect(rejected['pilot_proxy_convergence_time_count']).toBe(1);
  expect(rejected['pharos_problems{severity="error"}']).toBe(1);
  expect(rejected['pilot_total_xds_rejects{type="lds"}']).toBeUndefined();
});

test('when the first certificate of a Secret ends is a metric, as long as there is one', async () => {
  const { get, write, remove } = await start();
  const end = async () => (await metrics(get))['pharos_secret_certificate_expiry_timestamp'];
  expect(await end()).toBeUndefined();
  write('secret.yaml', secretYaml('cart', 'shop', { 'ca.crt': CA }));
  await until('it is read', async () => (await end()) === Date.parse('2120-01-01') / 1000);
  remove('secret.yaml');
  await until('it is gone', async () => (await end()) === undefined);
});

test('each connected proxy is listed with its types and what it has acknowledged of each', async () => {
  const { serving, json, write, change } = await start();
  expect(await json('/debug/proxies')).toEqual([]);
  const before = Date.now();
  const web = await connect(serving.xds.port, WEB);
  await connect(serving.xds.port, EDGE);
  const [first, second] = await json('/debug/proxies');
  expect([first, second]).toMatchObject([
    {
      proxy: WEB,
      protocol: 'delta',
      peer: expect.stringContaining('127.0.0.1'),
      view: expect.stringContaining('shop'),
    },
    { proxy: EDGE },
  ]);
  expect(Date.parse(first.since)).toBeGreaterThan(before - 1_000);
  expect(Date.parse(first.since)).toBeLessThan(Date.now() + 1_000);
  expect(typeOf(first, 'cds')).toMatchObject({ wildcard: true, sentNonce: '1', ackedNonce: '1', rejected: [] });
  expect(typeOf(first, 'eds')).toMatchObject({ wildcard: false, names: 1 });
  expect(typeOf(second, 'cds').version).toBe(typeOf(first, 'cds').version);

  web.reply = () => ({ error: 'outbound|80||tea.shop: no room' });
  await change(() => write('tea.yaml', another('tea')));
  await until('it is rejected', () => web.log.includes('cds rejected'));
  const [rejecting, accepting] = await json('/debug/proxies');
  expect(typeOf(rejecting, 'cds')).toMatchObject({
    sentNonce: '2',
    ackedNonce: '1',
    version: typeOf(first, 'cds').version,
    error: 'outbound|80||tea.shop: no room',
    rejected: ['outbound|80||tea.shop'],
  });
  expect(typeOf(accepting, 'cds')).toMatchObject({ ackedNonce: '2', rejected: [] });
  expect(typeOf(accepting, 'cds').version).not.toBe(typeOf(first, 'cds').version);
});

test('the dump of a proxy is what that proxy has accepted, resource by resource, and nothing is hidden but keys', async () => {
  const { serving, json, write, change } = await start();
  const web = await connect(serving.xds.port, WEB);
  const edge = await connect(serving.xds.port, EDGE);
  edge.subscribe('sds', 'default');
  await until('the secret is answered', () => edge.responses.some(({ type }) => type === 'sds'));
  web.reply = () => ({ error: 'outbound|80||tea.shop: no room' });
  await change(() => write('tea.yaml', another('tea')));
  await until('it is rejected', () => web.log.includes('cds rejected'));

  const dumped = await json(`/debug/config_dump?proxy=${EDGE}`);
  expect(Object.keys(dumped).sort()).toEqual(['cds', 'eds', 'lds', 'sds']);
  expect(dumped.cds.map(nameOf)).toContain('outbound|80||tea.shop');
  for (const type of ['cds', 'eds', 'lds'] as const) expect(dumped[type]).toEqual(inOrder(messagesOf(edge, type)));
  const kept = await json('/debug/config_dump?proxy=web-1');
  expect(kept.cds.map(nameOf)).not.toContain('outbound|80||tea.shop');
  expect(kept.cds.map(nameOf)).toContain(CLUSTER);
});

test('a proxy that came back before its old stream was gone is one proxy', async () => {
  const { serving, json } = await start();
  await connect(serving.xds.port, WEB);
  await connect(serving.xds.port, WEB);
  expect(await json('/debug/proxies')).toMatchObject([{ proxy: WEB }, { proxy: WEB }]);
  expect(Object.keys(await json('/debug/config_dump?proxy=web-1'))).toContain('cds');
});

test('problems are listed with file, line and column, and are gone when they are solved', async () => {
  const { json, write, directory } = await start();
  expect(await json('/debug/problems')).toEqual([]);
  write('cart.yaml', CART.replace('timeout: 2s', 'timeout: soon'));
  const [problem] = await until('the problem', async () => nonEmpty(await json('/debug/problems')));
  expect(problem).toMatchObject({
    severity: 'error',
    code: 'bad-value',
    object: 'VirtualService shop/cart',
    path: 'spec.http[0].timeout',
    place: { file: `${directory}/cart.yaml`, line: 16, column: 16 },
    message: expect.stringContaining('"soon"'),
  });
  write('cart.yaml', CART);
  await until('nothing is wrong', async () => (await json('/debug/problems')).length === 0);
});

test('why a resource is as it is, is told with file, line and column of the YAML', async () => {
  const { serving, json, directory } = await start();
  await connect(serving.xds.port, WEB);
  const [cluster] = await json(`/debug/why?proxy=web-1.shop&resource=${encodeURIComponent(CLUSTER)}`);
  expect(cluster).toMatchObject({ type: 'cds', name: CLUSTER, message: { name: CLUSTER } });
  expect(cluster.decided).toEqual([
    { path: '', by: 'ServiceEntry shop/cart spec.hosts[0]', at: `${directory}/cart.yaml:5:11` },
  ]);
  const [host] = await json('/debug/why?proxy=web-1.shop&resource=80/cart.shop:80&type=vhds');
  expect(host.decided).toContainEqual({
    path: expect.stringContaining('routes[0]'),
    by: 'VirtualService shop/cart spec.http[0]',
    at: `${directory}/cart.yaml:16:7`,
  });
});

test.each([
  ['/debug/config_dump?proxy=web-2', 404, 'no connected proxy is named web-2', 'did you mean web-1?'],
  ['/debug/config_dump?proxy=gateway', 404, 'no connected proxy is named gateway', `connected: ${WEB}, ${EDGE}`],
  ['/debug/config_dump', 400, 'which proxy?', `connected: ${WEB}, ${EDGE}`],
  ['/debug/config_dump?proxy=shop', 400, '2 connected proxies are named shop', `say more; connected: ${WEB}, ${EDGE}`],
  ['/debug/why?resource=x', 400, 'which proxy?', 'add ?proxy=NAME'],
  ['/debug/why?proxy=web-1', 400, 'which resource?', 'add &resource=NAME'],
  ['/debug/why?proxy=web-1&resource=outbound|80||crat.shop', 404, 'is told nothing named', `did you mean ${CLUSTER}?`],
  ['/debug/why?proxy=web-1&resource=x', 404, 'is told nothing named x', `/debug/config_dump?proxy=${WEB}`],
  ['/debug/why?proxy=web-1&resource=x&type=clusters', 400, 'there is no type clusters', 'one of cds, eds'],
  ['/debug/why?proxy=web-1&resource=x&type=sds', 404, 'is told nothing named x', `/debug/config_dump?proxy=${WEB}`],
])('%s is answered %i, with what is wrong and a hint', async (path, status, error, hint) => {
  const { serving, get } = await start();
  await connect(serving.xds.port, WEB);
  await connect(serving.xds.port, EDGE);
  const answer = await get(path);
  expect([answer.status, JSON.parse(answer.text)]).toEqual([
    status,
    { error: expect.stringContaining(error), hint: expect.stringContaining(hint) },
  ]);
});

test('a page that there is not is answered 404 with those that there are, and what is only read cannot be written', async () => {
  const { get } = await start();
  expect(await get('/debug/proxy')).toEqual({
    status: 404,
    text: expect.stringMatching(/^no such page: \/debug\/proxy\nhint: did you mean \/debug\/proxies\?\n\npharos\n/),
  });
  expect(await get('/favicon.ico')).toMatchObject({ status: 404, text: expect.not.stringContaining('hint') });
  expect(await get('/')).toMatchObject({ status: 200, text: expect.stringContaining('/debug/why') });
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    expect(await get('/debug/proxies', method)).toMatchObject({ status: 405, text: expect.stringContaining(method) });
  expect(await get('/healthz', 'HEAD')).toEqual({ status: 200, text: '' });
});

interface Started extends Served {
  readonly get: (path: string, method?: string) => ReturnType<typeof ask>;
  // biome-ignore lint/suspicious/noExplicitAny: pages are compared as they come
  readonly json: (path: string) => Promise<any>;
}

async function start(): Promise<Started> {
  const served = await serveForTest({ files: { 'cart.yaml': CART } });
  const { port } = served.serving.admin;
  const get: Started['get'] = (path, method) => ask(port, path, method);
  return { ...served, get, json: async (path) => JSON.parse((await get(path)).text) };
}

async function ask(port: number, path: string, method = 'GET'): Promise<{ status: number; text: string }> {
  const headers = { connection: 'close' };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers });
  return { status: response.status, text: await response.text() };
}

/** A sidecar that has its clusters, listeners and the endpoints of the cart. */
async function connect(port: number, id: string): Promise<TestProxy> {
  const proxy = new TestProxy(`127.0.0.1:${port}`, 'delta', { id, metadata: {} });
  onTestFinished(() => proxy.close());
  proxy.subscribe('cds');
  proxy.subscribe('eds', CLUSTER);
  proxy.subscribe('lds');
  await until('it has all', () =>
    ['cds', 'eds', 'lds'].every((type) => proxy.log.some((line) => line.startsWith(type))),
  );
  return proxy;
}

async function metrics(get: Started['get']): Promise<Readonly<Record<string, number>>> {
  const lines = (await get('/metrics')).text.split('\n').filter((line) => line && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

function typeOf(proxy: { types: readonly { type: string; version: string }[] }, type: string) {
  return proxy.types.find((one) => one.type === type)!;
}

function inOrder(messages: ReadonlyMap<string, JsonObject>): readonly JsonObject[] {
  return [...messages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, message]) => message);
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
