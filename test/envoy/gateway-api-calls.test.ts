import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { callSchema } from '../support/gateway-api/call.ts';
import { makeCertificates } from '../support/gateway-api/certificates.ts';
import { startUniversalEcho } from '../support/gateway-api/echo.ts';
import type { EchoAt, Witness } from '../support/gateway-api/echo-at.ts';
import { judge } from '../support/gateway-api/judge.ts';
import type { Certificates } from '../support/gateway-api/macros.ts';
import { makeCall } from '../support/gateway-api/make-call.ts';
import { freePort, loopback } from '../support/loopback.ts';

/** The tools that judge real Envoys must not be what is wrong. Here they meet without any Envoy between them. */
let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates({
    ca: { ca: true, hosts: [], uris: [] },
    cart: { ca: false, hosts: ['cart.example', 'other.example'], uris: [], signedBy: 'ca' },
    web: { ca: false, hosts: [], uris: ['spiffe://shop/web'], signedBy: 'ca' },
    stranger: { ca: false, hosts: ['cart.example'], uris: [] },
  });
});

/** As YAML would have it. */
type Written = Readonly<Record<string, unknown>> & { readonly call: string };

interface Program {
  /** What is wrong with what comes of a call; `PORT` in it is the program's. */
  readonly wrong: (call: Written) => Promise<readonly string[]>;
}

async function start(more: Partial<EchoAt> = {}): Promise<Program> {
  const address = loopback();
  const port = await freePort(address);
  const seen: Witness[] = [];
  const at: EchoAt = { service: 'cart', version: 'v1', address, port, transport: 'TCP', ...more };
  onTestFinished(await startUniversalEcho(at, (witness) => seen.push(witness), new Map()));
  return {
    wrong: async (written) => {
      const call = callSchema.parse({ at: 'shop/public', ...written, call: written.call.replace('PORT', `${port}`) });
      const before = seen.length;
      const answers = await makeCall(call, address, certificates);
      return judge(call, { answers, arrived: seen.slice(before) }, certificates);
    },
  };
}

const secured = () => start({ secure: { certificate: certificates['cart']!, clients: undefined } });

describe('an echo understands on one port', () => {
  test.each([
    [{ call: 'GET http://cart.example:PORT/a?b=c', expect: { arrives: { path: '/a?b=c', http: 1, tls: false } } }],
    [
      {
        call: 'POST http://cart.example:PORT/',
        body: 'x',
        headers: { 'X-A': '1' },
        expect: { arrives: { method: 'POST', headers: { 'x-a': '1' } } },
      },
    ],
    [
      {
        call: 'GET http://cart.example:PORT/',
        http: 2,
        headers: { host: 'other.example' },
        expect: { arrives: { host: 'other.example', http: 2 } },
      },
    ],
    [{ call: 'GRPC http://cart.example:PORT/shop.Cart/Add', expect: { arrives: { path: '/shop.Cart/Add', http: 2 } } }],
    [{ call: 'WS ws://cart.example:PORT/chat', expect: { arrives: { path: '/chat', http: 1 } } }],
    [{ call: 'TCP cart.example:PORT', expect: { arrives: { tls: false } } }],
  ])('%j', async (call) => {
    const { wrong } = await start();
    expect(await wrong({ ...call, expect: { service: 'cart', version: 'v1', ...call.expect } })).toEqual([]);
  });

  test.each([
    [{ call: 'GET https://cart.example:PORT/', expect: { arrives: { http: 1, sni: 'cart.example' } } }],
    [{ call: 'GET https://cart.example:PORT/', http: 2, sni: null, expect: { arrives: { http: 2, sni: null } } }],
    [
      {
        call: 'GRPC https://cart.example:PORT/shop.Cart/Add',
        sni: 'other.example',
        expect: { arrives: { sni: 'other.example' } },
      },
    ],
    [{ call: 'WS wss://cart.example:PORT/chat', expect: { arrives: { path: '/chat' } } }],
    [{ call: 'TLS cart.example:PORT', expect: { arrives: { sni: 'cart.example' } } }],
  ])('and in TLS, %j', async (call) => {
    const { wrong } = await secured();
    const { arrives } = call.expect;
    expect(
      await wrong({ ...call, trust: 'ca', expect: { service: 'cart', arrives: { tls: true, ...arrives } } }),
    ).toEqual([]);
  });

  test('and datagrams on another', async () => {
    const { wrong } = await start({ transport: 'UDP' });
    expect(await wrong({ call: 'UDP cart.example:PORT', times: 20, expect: { share: { cart: 100 } } })).toEqual([]);
  });
});

describe('what is wrong is told', () => {
  test('every part of an answer', async () => {
    const { wrong } = await start();
    const arrives = { method: 'PUT', path: '/b', host: 'b', headers: { 'x-a': '1', host: null }, tls: true, http: 2 };
    const expected = { service: 'web', version: 'v2', status: 404, headers: { 'x-echo': null }, body: '', arrives };
    expect(await wrong({ call: 'GET http://cart.example:PORT/a', expect: expected })).toMatchObject([
      'status should be 404, not 200',
      'service should be web, not cart',
      'version should be v2, not v1',
      expect.stringMatching(/^body should be , not \{/),
      'header x-echo of the answer should be absent, not cart v1',
      'method that arrived should be PUT, not GET',
      'path that arrived should be /b, not /a',
      expect.stringMatching(/^host that arrived should be b, not cart/),
      'header x-a that arrived should be 1, not absent',
      expect.stringMatching(/^header host that arrived should be absent, not cart/),
      'TLS at the backend should be true, not false',
      'HTTP version that arrived should be 2, not 1',
    ]);
  });

  test('a connection that ends, where an answer should come, and the other way round', async () => {
    const { wrong } = await start();
    for (const call of ['GET https://cart.example:PORT/', 'TLS cart.example:PORT', 'WS wss://cart.example:PORT/']) {
      expect(await wrong({ call, expect: { status: 'closed' } })).toEqual([]);
      expect(await wrong({ call })).toEqual([expect.stringContaining('not closed')]);
    }
    const again = { call: 'GET http://cart.example:PORT/?fail=1&status=reset&key=a', expect: { status: 'closed' } };
    expect(await wrong(again)).toEqual([]);
    expect(await wrong(again)).toEqual(['status should be closed, not 200']);
    const grpc = { call: 'GRPC http://cart.example:PORT/a.B/C?fail=1&status=reset&key=b' };
    expect(await wrong(grpc)).toEqual(['gRPC status should be 0, not there, for the connection ended']);
  });

  test('a share, a copy, and what else should have come', async () => {
    const { wrong } = await start();
    const call = 'GET http://cart.example:PORT/';
    expect(await wrong({ call, times: 10, expect: { share: { web: 50, cart: 50 } } })).toEqual([
      'web should have 50% of 10 (±5 points), not 0',
      'cart should have 50% of 10 (±5 points), not 10',
    ]);
    expect(await wrong({ call, expect: { share: { web: 0 } } })).toEqual(['cart should have no share, not 1 of 1']);
    expect(
      await wrong({ call, expect: { mirrors: { cart: 1, web: '20%' }, endpoints: 2, also: { guard: {} } } }),
    ).toEqual([
      'endpoints that answered should be 2, not 1',
      'copies for cart should be 1, not 0',
      'copies for web should be 20% of 1 (±15 points), not 0',
      'guard should have got a request',
    ]);
  });

  test('silence of a port of datagrams', async () => {
    const { wrong } = await start({ transport: 'UDP' });
    expect(await wrong({ call: 'UDP cart.example:PORT', expect: { status: 'closed' } })).toEqual([
      'status should be closed, not 200',
    ]);
  });
});

describe('a backend with a certificate', () => {
  test('tells a client that speaks in plain text so', async () => {
    const { wrong } = await secured();
    for (const call of ['GET http://cart.example:PORT/', 'TCP cart.example:PORT']) {
      expect(await wrong({ call, expect: { status: 426 } })).toEqual([]);
    }
    expect(await wrong({ call: 'WS ws://cart.example:PORT/' })).toEqual(['status should be 101, not 426']);
  });

  test('is believed by who trusts its authority, and by nobody else', async () => {
    const { wrong } = await secured();
    const call = 'GET https://cart.example:PORT/';
    expect(await wrong({ call, trust: 'ca' })).toEqual([]);
    expect(await wrong({ call, trust: 'stranger' })).toEqual(['status should be 200, not closed']);
    expect(await wrong({ call, trust: 'ca', sni: 'third.example' })).toEqual(['status should be 200, not closed']);
  });

  test('that asks for clients takes those of its authority, and tells who they are', async () => {
    const secure = { certificate: certificates['cart']!, clients: certificates['ca'] };
    const { wrong } = await start({ secure });
    for (const call of ['GET https://cart.example:PORT/', 'TLS cart.example:PORT']) {
      expect(await wrong({ call, cert: 'web', expect: { arrives: { client: 'web' } } })).toEqual([]);
      expect(await wrong({ call, cert: 'stranger', expect: { status: 'closed' } })).toEqual([]);
      expect(await wrong({ call, expect: { status: 'closed' } })).toEqual([]);
    }
  });
});

describe('a request may ask', () => {
  test('to fail a few times, by a key of its own', async () => {
    const { wrong } = await start();
    const call = 'GET http://cart.example:PORT/?fail=2&status=500&key=a';
    expect(await wrong({ call, expect: { status: 500 } })).toEqual([]);
    expect(await wrong({ call: call.replace('key=a', 'key=b'), expect: { status: 500 } })).toEqual([]);
    expect(await wrong({ call, expect: { status: 500 } })).toEqual([]);
    expect(await wrong({ call, expect: { service: 'cart' } })).toEqual([]);
  });

  test('for headers of the answer, which may be patterns or lists', async () => {
    const { wrong } = await start();
    const call = 'GET http://cart.example:PORT/?header=x-a:b,%20c&header=x-url:http://d/1';
    expect(await wrong({ call, expect: { headers: { 'X-A': 'b,c', 'x-url': '/^http:..d/' } } })).toEqual([]);
    expect(await wrong({ call, expect: { headers: { 'x-a': 'b', 'x-url': '/^https/' } } })).toEqual([
      'header x-a of the answer should be b, not b, c',
      'header x-url of the answer should be /^https/, not http://d/1',
    ]);
  });

  test('and is refused where it lacks a header that is demanded', async () => {
    const { wrong } = await start({ demands: { 'x-pass': 'gold' } });
    const call = 'GET http://cart.example:PORT/';
    expect(await wrong({ call, expect: { status: 403 } })).toEqual([]);
    expect(await wrong({ call, headers: { 'x-pass': 'gold' } })).toEqual([]);
  });
});

test.each(['GET http', 'GRPC http'])('a session sends back what an answer has set: %s', async (scheme) => {
  const { wrong } = await start();
  const call = `${scheme}://cart.example:PORT/a.B/C?header=set-cookie:id%3D7;%20Path%3D/`;
  const arrives = (cookie: string | null) => ({ times: 2, expect: { arrives: { headers: { cookie } } } });
  // The first time nothing is set yet.
  expect(await wrong({ call, session: 'cookie', ...arrives('id=7') })).toEqual([
    'header cookie that arrived should be id=7, not absent',
  ]);
  expect(await wrong({ call, session: 'cookie', ...arrives(null) })).toEqual([
    'header cookie that arrived should be absent, not id=7',
  ]);
  expect(await wrong({ call, ...arrives(null) })).toEqual([]);
});
