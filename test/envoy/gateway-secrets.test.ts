import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BOOKS, CA, CLIENT, SHOP, SHOP_AGAIN } from '../support/certificates.ts';
import { startHandshakes } from '../support/handshakes.ts';
import { gatewayYaml, routeYaml } from '../support/router.ts';
import { fingerprint } from '../support/tls-client.ts';
import { answers, https, outcome, pair, startGateway } from '../support/tls-gateway.ts';
import { until } from '../support/until.ts';

const HANDSHAKES_EACH = 200;

test('a server opens when its Secret comes, and closes when it goes; its neighbour is not touched', async () => {
  const servers = gatewayYaml(
    https('https-shop', 'shop.example', '{ mode: SIMPLE, credentialName: shop }'),
    https('https-books', 'books.example', '{ mode: SIMPLE, credentialName: books }'),
  );
  const rest = [servers, routeYaml('shop.example', answers(201)), routeYaml('books.example', answers(202))];
  const { served, call } = await startGateway([...rest, pair('shop', SHOP)]);
  const both = async () => [
    outcome(await call({ name: 'shop.example' })),
    outcome(await call({ name: 'books.example' })),
  ];
  expect(await both()).toEqual([201, 'refused']);
  await served.change(() => served.write('books.yaml', pair('books', BOOKS)));
  await until('the new chain is there', async () => outcome(await call({ name: 'books.example' })) === 202);
  expect(await both()).toEqual([201, 202]);
  await served.change(() => served.remove('books.yaml'));
  await until('the chain is gone', async () => outcome(await call({ name: 'books.example' })) === 'refused');
  expect(await both()).toEqual([201, 'refused']);
});

test('a Secret that no proxy could use does not take away the one before it', async () => {
  const { served, call } = await startGateway([
    gatewayYaml(https('https', 'shop.example', '{ mode: SIMPLE, credentialName: shop }')),
    routeYaml('shop.example', answers(201)),
    routeYaml('late.example', answers(202)),
    pair('shop', SHOP),
  ]);
  const withSecret = (secret: string): string =>
    [
      gatewayYaml(https('https', 'shop.example, late.example', '{ mode: SIMPLE, credentialName: shop }')),
      routeYaml('shop.example', answers(201)),
      routeYaml('late.example', answers(202)),
      secret,
    ].join('');
  const mixed = pair('shop', { cert: BOOKS.cert, key: SHOP.key });
  await served.change(() => served.write('mesh.yaml', withSecret(mixed)));
  await until('the rest of the change is there', async () => outcome(await call({ name: 'late.example' })) === 202);
  expect(await call({ name: 'shop.example' })).toMatchObject({ status: 201, shown: fingerprint(SHOP.cert) });
  const told = served.serving.controlPlane.problems().map(({ path, message }) => `${path} ${message}`);
  expect(told).toEqual(['stringData["tls.key"] is not the key of the certificate']);
});

test('a Secret is replaced again and again under load, and no handshake fails', async () => {
  const { served, envoy, call } = await startGateway(
    [
      gatewayYaml(https('https', 'shop.example', '{ mode: MUTUAL, credentialName: shop }')),
      routeYaml('shop.example', answers(200)),
    ].concat(pair('shop', SHOP, { 'ca.crt': CA })),
  );
  const load = startHandshakes(() => call({ name: 'shop.example', as: CLIENT }));
  const replacements = 10;
  for (let i = 1; i <= replacements; i++) {
    const before = load.done();
    const next = i % 2 === 1 ? SHOP_AGAIN : SHOP;
    const documents = readFileSync(join(served.directory, 'mesh.yaml'), 'utf8').split(
      '---\napiVersion: v1\nkind: Secret',
    )[0]!;
    await served.change(() => served.write('mesh.yaml', documents + pair('shop', next, { 'ca.crt': CA })));
    await until('the new one is shown', () => load.last() === fingerprint(next.cert));
    await until('some more handshakes', () => load.done() >= before + HANDSHAKES_EACH);
  }
  const { failures, perSecond } = await load.stop();
  expect(failures).toEqual([]);
  expect(load.done()).toBeGreaterThanOrEqual(replacements * HANDSHAKES_EACH);
  expect(perSecond).toBeGreaterThan(0);
  const stats = await envoy.stats('listener_manager.listener_(added|modified|create_success|in_place)');
  expect(stats.get('listener_manager.listener_modified') ?? 0).toBe(0);
  // biome-ignore lint/suspicious/noConsole: a figure to read
  console.log(`${load.done()} handshakes, ${Math.round(perSecond)} a second, ${replacements} replacements`);
}, 60_000);
