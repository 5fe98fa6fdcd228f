import { connect } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { type Echoed, type EchoOptions, startEcho, startTcpEcho } from '../support/echo.ts';
import { loopback } from '../support/loopback.ts';

test('an echo answers HTTP/1.1 and HTTP/2 on one port with what it saw', async () => {
  const { address, port, seen } = await echoForTest({ service: 'cart', version: 'v2', address: loopback() });

  const answer = await fetch(`http://${address}:${port}/a?b=c`, { method: 'POST', body: 'hello', headers: { x: '1' } });
  const first: Echoed = JSON.parse(await answer.text());
  const second: Echoed = JSON.parse(await overHttp2(`http://${address}:${port}`, '/h2'));

  expect(first).toMatchObject({ service: 'cart', version: 'v2', protocol: 'HTTP/1.1', method: 'POST', path: '/a?b=c' });
  expect(first).toMatchObject({ body: 'hello', headers: { x: '1' }, server: `${address}:${port}` });
  expect(second).toMatchObject({ protocol: 'HTTP/2.0', path: '/h2', host: `${address}:${port}` });
  expect(seen).toEqual([first, second]);
});

test('an echo fails as it is told, or as a request asks', async () => {
  const { address, port, behave } = await echoForTest({ service: 'cart' });
  const statusOf = async (headers = {}) => (await fetch(`http://${address}:${port}/`, { headers })).status;

  expect(await statusOf({ 'x-echo-status': '418' })).toBe(418);
  behave({ status: 503 });
  expect(await statusOf()).toBe(503);
});

test('an echo that refuses cuts connections off, and accepts again on the same port', async () => {
  const { address, port, refuse, accept } = await echoForTest({ service: 'cart' });
  const url = `http://${address}:${port}/`;

  await refuse();
  await expect(fetch(url)).rejects.toThrow();
  await accept();
  expect((await fetch(url)).status).toBe(200);
});

test('a TCP echo greets with its name and sends back what it gets', async () => {
  const { address, port, close } = await startTcpEcho({ service: 'db', version: 'v3' });
  onTestFinished(close);
  const socket = connectTcp(port, address);
  socket.end('ping');
  expect(await text(socket)).toBe('db v3\nping');
});

async function echoForTest(options: EchoOptions) {
  const echo = await startEcho(options);
  onTestFinished(echo.close);
  return echo;
}

async function overHttp2(origin: string, path: string): Promise<string> {
  const session = connect(origin);
  const body = await text(session.request({ ':path': path }));
  session.close();
  return body;
}
