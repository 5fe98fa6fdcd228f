import { createSocket } from 'node:dgram';
import { type Answer, answerOf, CLOSED } from './answer.ts';
import type { Entrance } from './make-call.ts';

/** How long to listen for an answer, in ms. Where none should come nothing but time can tell. */
const LISTEN_MS = 5_000;
const LISTEN_TO_SILENCE_MS = 300;

/** Sends a datagram from a port of its own, and waits for one. */
export function datagramCall({ address, port }: Entrance, { silent }: { readonly silent: boolean }): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (answer: Answer): void => {
      clearTimeout(patience);
      socket.close(() => resolve(answer));
    };
    const patience = setTimeout(() => end(CLOSED), silent ? LISTEN_TO_SILENCE_MS : LISTEN_MS);
    socket.once('message', (message) => end(answerOf(message.toString())));
    // The port is refused (ICMP).
    socket.once('error', () => end(CLOSED));
    socket.connect(port, address, () => socket.send('hello'));
  });
}
