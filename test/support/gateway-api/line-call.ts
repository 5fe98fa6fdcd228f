import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { PATIENCE_MS } from '../perform-call.ts';
import { type Answer, answerOf, CLOSED } from './answer.ts';
import type { Entrance } from './make-call.ts';

/** Says a line over a connection of its own, in TLS or not, and hears one. */
export function lineCall({ address: host, port, secure }: Entrance): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket: Socket = secure ? connectSecurely({ host, port, ...secure }) : connect({ host, port });
    let heard = '';
    socket.once(secure ? 'secureConnect' : 'connect', () => socket.write('hello\n'));
    socket.on('data', (chunk) => {
      heard += chunk;
      if (heard.includes('\n')) socket.end();
    });
    socket.setTimeout(PATIENCE_MS, () => {
      reject(new Error(`neither an answer nor an end at ${host}:${port} within ${PATIENCE_MS} ms`));
      socket.destroy();
    });
    // Refused, reset, or a handshake that failed: the end follows.
    socket.on('error', () => {});
    socket.once('close', () => resolve(heard === '' ? CLOSED : answerOf(heard.trim())));
  });
}
