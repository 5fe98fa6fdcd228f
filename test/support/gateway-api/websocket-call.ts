import { type IncomingMessage, request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { Duplex } from 'node:stream';
import { echoedIn, PATIENCE_MS, read } from '../perform-call.ts';
import { type Answer, CLOSED } from './answer.ts';
import type { Call, Target } from './call.ts';
import type { Entrance } from './make-call.ts';
import { acceptOf, encodeFrame, type Frame, newKey, onFrames } from './websocket.ts';

/** What must come back as it is. */
const SAID: readonly Frame[] = [
  { kind: 'text', payload: Buffer.from('hello') },
  { kind: 'binary', payload: Buffer.from([0, 1, 127, 128, 255]) },
];

/** Upgrades a connection of its own, and says a text and a binary frame. Status 101 only if both came back. */
export function webSocketCall(call: Call, { url }: Target, { address: host, port, secure }: Entrance): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const key = newKey();
    const outgoing = (secure ? requestSecurely : request)({
      agent: false,
      host,
      port,
      ...secure,
      path: `${url!.pathname}${url!.search}`,
      headers: {
        host: url!.host,
        upgrade: 'websocket',
        connection: 'Upgrade',
        'sec-websocket-version': '13',
        'sec-websocket-key': key,
        ...call.headers,
      },
    });
    outgoing.setTimeout(PATIENCE_MS, () => {
      reject(new Error(`no answer to ${call.call} within ${PATIENCE_MS} ms`));
      outgoing.destroy();
    });
    outgoing.once('error', () => resolve(CLOSED));
    outgoing.once('response', (response) => read(response).then(resolve, () => resolve(CLOSED)));
    outgoing.once('upgrade', (response, socket, head) =>
      resolve(isAccepted(response, key) ? talk(response, socket, head) : CLOSED),
    );
    outgoing.end();
  });
}

function isAccepted({ headers }: IncomingMessage, key: string): boolean {
  return headers['sec-websocket-accept'] === acceptOf(key);
}

/** The echo introduces itself in its first frame. */
function talk({ statusCode = 0, headers }: IncomingMessage, socket: Duplex, head: Buffer): Promise<Answer> {
  return new Promise((resolve) => {
    const heard: Frame[] = [];
    const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    socket.on('error', () => {});
    socket.once('close', () => {
      const [first, ...others] = heard;
      const body = `${first?.payload ?? ''}`;
      const isSame = others.length >= SAID.length && SAID.every((said, i) => isEqual(said, others[i]!));
      resolve(isSame ? { status: statusCode, headers: texts, body, echoed: echoedIn(body) } : CLOSED);
    });
    for (const frame of SAID) socket.write(encodeFrame(frame, true));
    onFrames(socket, head, (frame) => {
      heard.push(frame);
      if (heard.length === SAID.length + 1)
        socket.write(encodeFrame({ kind: 'close', payload: Buffer.alloc(0) }, true));
      if (frame.kind === 'close') socket.end();
    });
  });
}

function isEqual(one: Frame, other: Frame): boolean {
  return one.kind === other.kind && one.payload.equals(other.payload);
}
