import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createKeySetFetcher, type KeySetFetcherOptions } from './index.ts';
import { testTimers } from './timers.fixture.ts';
import { testIssuer } from './tokens.fixture.ts';

const [one, two] = [await testIssuer('https://one.example'), await testIssuer('https://one.example', 'RS256', 'two')];

type Respond = (response: ServerResponse, path: string) => void;
type Known = { readonly jwks?: string; readonly failure?: string } | undefined;

/** A server that answers as `respond` does at the time, and what a fetcher tells of it. */
async function setUp(first: Respond, options: KeySetFetcherOptions = {}) {
  let respond = first;
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    respond(response, request.url ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const timers = testTimers();
  const told: Known[] = [];
  const waiting: ((known: Known) => void)[] = [];
  const fetcher = createKeySetFetcher({
    timers,
    random: () => 0,
    onKeySet: (_, known) => {
      told.push(known);
      waiting.shift()?.(known);
    },
    ...options,
  });
  onTestFinished(() => {
    fetcher.stop();
    server.close();
    server.closeAllConnections();
  });
  /** What is told next, when `act` is done. */
  const next = (act: () => void): Promise<Known> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      act();
    });
  return {
    url,
    timers,
    told,
    fetcher,
    next,
    requests: () => requests,
    answer: (other: Respond) => {
      respond = other;
    },
  };
}

const answering =
  (text: string, status = 200): Respond =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
const redirecting =
  (to: string): Respond =>
  (response) =>
    response.writeHead(302, { location: to }).end();

test('a key set is fetched, and again when it may have changed, however long it may be kept', async () => {
  const keep: Respond = (response) => response.writeHead(200, { 'cache-control': 'max-age=999999' }).end(one.jwks);
  const { url, timers, fetcher, next, answer } = await setUp(keep);
  expect(await next(() => fetcher.want([url]))).toEqual({ jwks: one.jwks });
  answer(answering(two.jwks));
  expect(timers.next()).toBe(20 * 60_000);
  expect(await next(() => timers.advance(20 * 60_000))).toEqual({ jwks: two.jwks });
});

test('while fetching fails the last good one stays, and it is tried again less and less often', async () => {
  const { url, timers, told, fetcher, next, answer } = await setUp(answering(one.jwks));
  await next(() => fetcher.want([url]));
  answer(answering('', 500));
  await next(() => timers.advance(20 * 60_000));
  expect(told.at(-1)).toEqual({ jwks: one.jwks, failure: 'was answered with status 500' });
  expect(timers.next()).toBe(1_000);
  answer(answering('', 503));
  await next(() => timers.advance(1_000));
  expect(timers.next()).toBe(2_000);
  answer(answering(two.jwks));
  expect(await next(() => timers.advance(2_000))).toEqual({ jwks: two.jwks });
  expect(timers.next()).toBe(20 * 60_000);
});

test('those who begin together do not ask together again', async () => {
  const { url, timers, fetcher, next } = await setUp(answering(one.jwks), { random: () => 0.5 });
  await next(() => fetcher.want([url]));
  expect(timers.next()).toBe(18 * 60_000);
});

test('an answer that does not come is not waited for', async () => {
  const { url, timers, fetcher, next, requests } = await setUp(() => timers.advance(10_000));
  expect(await next(() => fetcher.want([url]))).toEqual({ failure: 'was not there within 10000 ms' });
  expect(requests()).toBe(1);
});

test('a body that does not end is not waited for', async () => {
  const { url, timers, fetcher, next } = await setUp((response) => {
    response.writeHead(200);
    response.write('{"keys":', () => timers.advance(10_000));
  });
  expect(await next(() => fetcher.want([url]))).toEqual({ failure: 'was not there within 10000 ms' });
});

test.each<[string, Respond, string]>([
  ['more than a megabyte', answering(' '.repeat(1024 * 1024 + 1)), 'has more than 1048576 bytes'],
  ['something that is no JSON', answering('<html>SECRET</html>'), 'is not a JSON Web Key Set: {"keys": […]}'],
  ['no key', answering('{"keys":[]}'), 'has no public key that tokens can be verified with'],
  [
    'only secrets',
    answering('{"keys":[{"kty":"oct","k":"SECRET"}]}'),
    'has no public key that tokens can be verified with',
  ],
  ['no content', answering('', 204), 'was answered with status 204'],
  ['a redirect to itself', redirecting('/'), 'is behind more than 5 redirects'],
  ['a redirect to a file', redirecting('file:///etc/passwd'), 'is at no https or http address'],
  [
    'a redirect with a password',
    redirecting('http://user:SECRET@127.0.0.1/'),
    'has a user name or a password in its address',
  ],
  ['a redirect to nowhere', redirecting('http://['), 'is at no address that can be understood'],
  ['an end in the middle', (response) => response.destroy(), 'could not be fetched: UND_ERR_SOCKET'],
])('%s is no key set', async (_, respond, failure) => {
  const { url, fetcher, next } = await setUp(respond);
  expect(await next(() => fetcher.want([url]))).toEqual({ failure });
});

test.each([
  ['', 'is at no address that can be understood'],
  ['ftp://keys.example/', 'is at no https or http address'],
  ['http://user:SECRET@127.0.0.1/', 'has a user name or a password in its address'],
  ['http://127.0.0.1:1/', 'could not be fetched: ECONNREFUSED'],
])('the address %j leads to no key set', async (uri, failure) => {
  const { fetcher, next } = await setUp(answering(''));
  const told = await next(() => fetcher.want([uri]));
  // The port 1 is one that browsers, and so fetch, refuse to ask.
  expect([failure, 'could not be fetched: Error']).toContain(told?.failure);
});

test('from https nobody is led to http', async () => {
  const fetch = async () => new Response(null, { status: 302, headers: { location: 'http://keys.example/' } });
  const { fetcher, next } = await setUp(answering(''), { fetch });
  expect(await next(() => fetcher.want(['https://keys.example/']))).toEqual({
    failure: 'is redirected from https to http',
  });
});

test('a redirect is followed', async () => {
  const { url, fetcher, next } = await setUp((response, path) =>
    path === '/keys' ? answering(one.jwks)(response, path) : redirecting('/keys')(response, path),
  );
  expect(await next(() => fetcher.want([`${url}/old`]))).toEqual({ jwks: one.jwks });
});

test('an issuer says itself where its keys are', async () => {
  const { url, fetcher, next } = await setUp((response, path) =>
    answering(path === '/keys' ? one.jwks : JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }))(response, path),
  );
  expect(await next(() => fetcher.want([`${url}/.well-known/openid-configuration`]))).toEqual({ jwks: one.jwks });
});

test.each([
  [
    'another issuer',
    { issuer: 'https://other.example', jwks_uri: 'https://other.example/keys' },
    'is of another issuer',
  ],
  ['no key set', { issuer: 'x' }, 'has no jwks_uri'],
  ['nothing', null, 'has no jwks_uri'],
])('a description of %s is not followed', async (_, description, failure) => {
  const { url, fetcher, next, requests } = await setUp(answering(JSON.stringify(description)));
  const told = await next(() => fetcher.want([`${url}/.well-known/openid-configuration`]));
  expect(told?.failure).toContain(failure);
  expect(requests()).toBe(1);
});

test('what is not wanted any more is forgotten and not asked for', async () => {
  const { url, timers, told, fetcher, next, requests } = await setUp(answering(one.jwks));
  await next(() => fetcher.want([url]));
  fetcher.want([url]);
  expect(requests()).toBe(1);
  fetcher.want([]);
  expect(told.at(-1)).toBeUndefined();
  expect(timers.next()).toBeUndefined();
});

test('an answer to what nobody wants any more is told to nobody', async () => {
  const { url, told, fetcher, next } = await setUp((response, path) => {
    if (path === '/first') fetcher.want([`${url}/second`]);
    answering(one.jwks)(response, path);
  });
  await next(() => fetcher.want([`${url}/first`]));
  await fetcher.withKey(`${url}/second`, 'one');
  expect(told).toEqual([undefined, { jwks: one.jwks }]);
});

test('a key that is missing is looked for at once, though not again and again', async () => {
  const { url, timers, fetcher, next, answer, requests } = await setUp(answering(one.jwks));
  await next(() => fetcher.want([url]));
  answer(answering(two.jwks));
  timers.advance(29_000);
  expect((await fetcher.withKey(url, 'two')).keySet?.jwks).toBe(one.jwks);
  timers.advance(1_000);
  const found = await Promise.all([fetcher.withKey(url, 'two'), fetcher.withKey(url, 'two')]);
  expect(found.map(({ keySet }) => keySet?.jwks)).toEqual([two.jwks, two.jwks]);
  expect(requests()).toBe(2);
});

test('ten times as many as may be asked for at once are all asked for', async () => {
  const { url, fetcher } = await setUp(answering(one.jwks));
  const uris = Array.from({ length: 160 }, (_, i) => `${url}/${i}`);
  fetcher.want(uris);
  const found = await Promise.all(uris.map((uri) => fetcher.withKey(uri, 'one')));
  expect(found.every(({ keySet }) => keySet?.jwks === one.jwks)).toBe(true);
});
