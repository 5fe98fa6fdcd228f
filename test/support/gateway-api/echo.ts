import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { lookInto, openPort, type Request, type Response } from '../echo.ts';
import {
  type Attempts,
  type EchoAt,
  isPlainByMistake,
  PLAIN_BY_MISTAKE,
  type Told,
  tlsOf,
  type Witness,
} from './echo-at.ts';
import { answerRequest } from './echo-http.ts';
import { answerUpgrade } from './echo-websocket.ts';

/**
 * One port that understands HTTP/1.1, WebSocket, HTTP/2, gRPC and lines of text, by the first bytes of a connection, and
 * all of them inside TLS; or a port of datagrams. It answers with who it is and what arrived. Closed by what this gives.
 */
export async function startUniversalEcho(at: EchoAt, told: Told, attempts: Attempts): Promise<() => Promise<void>> {
  return at.transport === 'UDP' ? openUdp(at, told) : openTcp(at, told, attempts);
}

async function openTcp(at: EchoAt, told: Told, attempts: Attempts): Promise<() => Promise<void>> {
  /** HTTP/2 hides the sockets of its sessions. */
  const sockets = new WeakMap<ServerHttp2Session, Socket>();
  const socketOf = (request: Request): Socket =>
    'stream' in request ? sockets.get(request.stream.session as ServerHttp2Session)! : request.socket;
  const listener = (request: Request, response: Response) =>
    // A client that goes away while it is answered is no failure of the echo.
    void answerRequest(request, response, { at, told, attempts, socket: socketOf(request) }).catch(() => {});
  const http1 = createHttpServer({ keepAliveTimeout: 0 }, listener);
  http1.on('upgrade', (request, socket, head) => answerUpgrade(request, socket, head, at, told));
  const http2 = createHttp2Server(listener);
  http2.on('sessionError', () => {});
  const speak = (socket: Socket): void =>
    lookInto(socket, (start) => {
      // No program ends TLS twice.
      if (start.startsWith(TLS_HANDSHAKE) && socket instanceof TLSSocket) socket.destroy();
      else if (start.startsWith(TLS_HANDSHAKE)) tls.emit('connection', socket);
      else if (start.startsWith('PRI ')) {
        http2.once('session', (session) => sockets.set(session, socket));
        http2.emit('connection', socket);
      } else if (/^[A-Z]+ \S+ HTTP\/1/.test(start)) http1.emit('connection', socket);
      else answerLines(socket, at, told);
    });
  const tls = createTlsServer(tlsOptions(at), speak);
  tls.on('tlsClientError', () => {});
  const { close } = await openPort(createServer(speak), { address: at.address, port: at.port, reusePort: true });
  return close;
}

/** https://datatracker.ietf.org/doc/html/rfc8446#section-5.1 */
const TLS_HANDSHAKE = '\x16';

/** Without a certificate no handshake succeeds. */
function tlsOptions({ secure }: EchoAt) {
  if (!secure) return {};
  const { certificate, clients } = secure;
  return {
    ALPNProtocols: ['h2', 'http/1.1'],
    cert: certificate.crt,
    key: certificate.key,
    ...(clients && { ca: clients.crt, requestCert: true, rejectUnauthorized: true }),
  };
}

function answerLines(socket: Socket, at: EchoAt, told: Told): void {
  if (isPlainByMistake(socket, at)) return void socket.end(`${PLAIN_BY_MISTAKE}\n`);
  const tls = tlsOf(socket);
  createInterface({ input: socket }).on('line', (line) => {
    const witness = { ...heard(at, 'TCP', line), ...(tls && { tls }) };
    told(witness);
    socket.write(`${JSON.stringify(witness)}\n`);
  });
}

async function openUdp(at: EchoAt, told: Told): Promise<() => Promise<void>> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (message, from) => {
    const witness = heard(at, 'UDP', message.toString());
    told(witness);
    socket.send(JSON.stringify(witness), from.port, from.address);
  });
  socket.bind(at.port, at.address);
  await once(socket, 'listening');
  return () => new Promise((resolve) => socket.close(() => resolve()));
}

/** Of what is no HTTP. */
function heard({ service, version, address, port }: EchoAt, protocol: 'TCP' | 'UDP', body: string): Witness {
  return {
    service,
    version,
    protocol,
    method: '',
    path: '',
    host: '',
    headers: {},
    body,
    server: `${address}:${port}`,
  };
}
