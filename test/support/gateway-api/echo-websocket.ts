import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type EchoAt, isPlainByMistake, type Told, tlsOf, type Witness } from './echo-at.ts';
import { acceptOf, encodeFrame, onFrames } from './websocket.ts';

/** Says who it is in the first frame, then sends back what comes. */
export function answerUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, at: EchoAt, told: Told): void {
  socket.on('error', () => socket.destroy());
  if (isPlainByMistake(request.socket, at))
    return void socket.end('HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\n\r\n');
  const witness = witnessOf(request, at);
  told(witness);
  const accept = acceptOf(request.headers['sec-websocket-key'] ?? '');
  const headers = ['upgrade: websocket', 'connection: upgrade', `sec-websocket-accept: ${accept}`];
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
  socket.write(encodeFrame({ kind: 'text', payload: Buffer.from(JSON.stringify(witness)) }));
  onFrames(socket, head, (frame) => {
    socket.write(encodeFrame(frame));
    if (frame.kind === 'close') socket.end();
  });
}

function witnessOf({ headers, method = '', url = '', socket }: IncomingMessage, at: EchoAt): Witness {
  const tls = tlsOf(socket);
  return {
    service: at.service,
    version: at.version,
    protocol: 'HTTP/1.1',
    method,
    path: url,
    host: headers.host ?? '',
    headers: { ...headers },
    body: '',
    server: `${at.address}:${at.port}`,
    ...(tls && { tls }),
  };
}
