import { expect, test } from 'vitest';
import { serveForTest } from '../support/served.ts';
import {
  meshWithSidecar,
  NO_CLUSTER_ADDRESSES,
  rule,
  service,
  startApplication,
  startSidecar,
  versions,
} from '../support/sidecar.ts';

const CART = `${service('cart', { '10.1.0.1': 'v1', '10.1.0.2': 'v2' })}${versions('cart')}`;

/** Requests that match are sent to v2, all others to v1. */
function cartWith(match: string): string {
  return `${CART}${rule(
    'VirtualService',
    'cart',
    `  http:
    - match: ${match}
      route: [{ destination: { host: cart, subset: v2 } }]
    - route: [{ destination: { host: cart, subset: v1 } }]`,
  )}`;
}

test.skipIf(NO_CLUSTER_ADDRESSES)('what a match asks of a request decides where it goes', async () => {
  await startApplication('cart', '10.1.0.1', 'v1');
  await startApplication('cart', '10.1.0.2', 'v2');
  const { call, served } = await meshWithSidecar(cartWith('[{ uri: { exact: /none } }]'));
  const versionOf = async (path: string, headers = {}, method = 'GET') =>
    (await call(`http://cart${path}`, { headers, method })).echoed?.version;
  const matching = async (match: string) => {
    await served.change(() => served.write('mesh.yaml', cartWith(match)));
    return versionOf;
  };

  const exactHeader = await matching('[{ headers: { end-user: { exact: jason } } }]');
  expect(await exactHeader('/', { 'end-user': 'jason' })).toBe('v2');
  expect(await exactHeader('/', { 'end-user': 'Jason' })).toBe('v1');
  expect(await exactHeader('/')).toBe('v1');

  const otherHeaders = await matching('[{ headers: { a: { prefix: x- }, b: { regex: "[0-9]+" } } }]');
  expect(await otherHeaders('/', { a: 'x-1', b: '12' })).toBe('v2');
  expect(await otherHeaders('/', { a: 'x-1', b: '12a' })).toBe('v1');
  expect(await otherHeaders('/', { a: 'x-1' })).toBe('v1');

  const without = await matching('[{ withoutHeaders: { x-bot: { exact: "yes" } } }]');
  expect(await without('/')).toBe('v2');
  expect(await without('/', { 'x-bot': 'no' })).toBe('v2');
  expect(await without('/', { 'x-bot': 'yes' })).toBe('v1');

  const query = await matching('[{ queryParams: { beta: { exact: "1" }, of: { prefix: cat } } }]');
  expect(await query('/?of=cats&beta=1')).toBe('v2');
  expect(await query('/?of=dogs&beta=1')).toBe('v1');
  expect(await query('/?beta=1')).toBe('v1');

  const paths = await matching(
    '[{ uri: { prefix: /new } }, { uri: { regex: "/item/[0-9]+" } }, { uri: { exact: /x } }]',
  );
  for (const path of ['/new', '/newest', '/item/12', '/x', '/x?y=z']) expect(await paths(path), path).toBe('v2');
  for (const path of ['/New', '/item/12/y', '/x/', '/item/a']) expect(await paths(path), path).toBe('v1');

  const ignoring = await matching('[{ uri: { prefix: /new }, ignoreUriCase: true, method: { exact: POST } }]');
  expect(await ignoring('/NEW/a', {}, 'POST')).toBe('v2');
  expect(await ignoring('/NEW/a', {}, 'GET')).toBe('v1');

  const host = await matching('[{ authority: { exact: cart } }]');
  expect(await host('/')).toBe('v2');
  expect((await call('http://cart.shop/')).echoed?.version).toBe('v1');
});

test.skipIf(NO_CLUSTER_ADDRESSES)('a rule for some clients is for those with its labels and namespace', async () => {
  await startApplication('cart', '10.1.0.1', 'v1');
  await startApplication('cart', '10.1.0.2', 'v2');
  const match = '[{ sourceLabels: { app: web, version: v2 } }, { sourceNamespace: beta }]';
  const served = await serveForTest({ files: { 'mesh.yaml': cartWith(match) } });
  const clients = await Promise.all([
    startSidecar(served, { labels: { app: 'web', version: 'v1' }, httpProxyPort: 15_100 }),
    startSidecar(served, { labels: { app: 'web', version: 'v2' }, httpProxyPort: 15_101 }),
    startSidecar(served, { labels: { app: 'other' }, namespace: 'beta', httpProxyPort: 15_102 }),
  ]);
  const answers = await Promise.all(clients.map(({ call }) => call('http://cart.shop/')));
  expect(answers.map(({ echoed }) => echoed?.version)).toEqual(['v1', 'v2', 'v2']);
});
