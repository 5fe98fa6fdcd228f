import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createTcpServer, type ListenOptions, type Server, type Socket } from 'node:net';

/** What an echo answers with, as JSON: who it is, and the request as it arrived. */
export interface Echoed {
  readonly service: string;
  readonly version: string;
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2.0' | 'TCP' | 'UDP';
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** The Host header or `:authority`. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** Where it was answered: `127.0.0.1:9081`. */
  readonly server: string;
}

export interface EchoOptions {
  readonly service: string;
  readonly version?: string;
  readonly address?: string;
  readonly port?: number;
  /** Beside an Envoy that has the same port on every address. */
  readonly reusePort?: boolean;
}

/** How an echo answers until told otherwise. A request may ask for itself: headers `x-echo-status`, `x-echo-delay-ms`. */
export interface Behaviour {
  readonly status?: number;
  readonly delayMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer waits for it. */
  readonly after?: Promise<unknown>;
}

/** What is never answered waits for this. */
export const NEVER = new Promise<never>(() => {});

/** An HTTP server of a test: HTTP/1.1 and HTTP/2 without TLS on one port. */
export interface Echo extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /** Every request that arrived, oldest first, answered or not. */
  readonly seen: readonly Echoed[];
  /** A function decides for each request, when it is among `seen`. */
  readonly behave: (behaviour: Behaviour | ((request: Echoed) => Behaviour)) => void;
  /** Closes the port and every connection: clients are refused, until `accept`. */
  readonly refuse: () => Promise<void>;
  readonly accept: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Port 0 (the default): any free one. */
export async function startEcho(options: EchoOptions): Promise<Echo> {
  const { service, version = 'v1' } = options;
  const seen: Echoed[] = [];
  let behaviour: Parameters<Echo['behave']>[0] = {};
  const answer = async (request: Request, response: Response) => {
    const echoed = await echoOf(request, service, version);
    seen.push(echoed);
    const told = typeof behaviour === 'function' ? behaviour(echoed) : behaviour;
    const { status, delayMs, headers, after } = { ...told, ...askedBy(request) };
    await after;
    if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs));
    respond(response, status ?? 200, { 'x-echo': `${service} ${version}`, ...headers }, JSON.stringify(echoed));
  };
  const port = await openPort(httpOfBothKinds(answer), options);
  const behave: Echo['behave'] = (next) => {
    behaviour = next;
  };
  return { ...port, seen, behave };
}

/** A TCP server that greets with `<service> <version>\n` and then sends back what it gets. */
export async function startTcpEcho(options: EchoOptions): Promise<Omit<Echo, 'seen' | 'behave'>> {
  const greeting = `${options.service} ${options.version ?? 'v1'}\n`;
  return openPort(
    createTcpServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.write(greeting);
      socket.pipe(socket);
    }),
    options,
  );
}

export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;

/** The request as it arrived, when all of it has. */
export async function echoOf(request: Request, service: string, version: string): Promise<Echoed> {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { headers, httpVersion, method = '', url = '', socket } = request;
  return {
    service,
    version,
    protocol: `HTTP/${httpVersion}` as Echoed['protocol'],
    method,
    path: url,
    host: String(headers[':authority'] ?? headers.host ?? ''),
    headers: Object.fromEntries(Object.entries(headers)),
    body,
    server: `${socket.localAddress}:${socket.localPort}`,
  };
}

function askedBy(request: Request): Behaviour {
  const { 'x-echo-status': status, 'x-echo-delay-ms': delayMs } = request.headers;
  return { ...(status && { status: Number(status) }), ...(delayMs && { delayMs: Number(delayMs) }) };
}

export function respond(
  response: Response,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  // The two kinds of response agree on these methods, but not in their types.
  const writable = response as ServerResponse;
  if (writable.destroyed) return;
  writable.writeHead(status, { 'content-type': 'application/json', ...headers });
  writable.end(`${body}\n`);
}

/** The first bytes of a connection tell HTTP/2 (its preface starts with PRI) from HTTP/1. */
function httpOfBothKinds(answer: (request: Request, response: Response) => Promise<void>): Server {
  // A client that goes away while it is answered is no failure of the echo.
  const listener = (request: Request, response: Response) => void answer(request, response).catch(() => {});
  const http1 = createServer({ keepAliveTimeout: 0 }, listener);
  const http2 = createHttp2Server(listener);
  http2.on('sessionError', () => {});
  return createTcpServer((socket) =>
    lookInto(socket, (start) => (start.startsWith('PRI') ? http2 : http1).emit('connection', socket)),
  );
}

/** Tells the first bytes of a connection, as latin1, and leaves them in it for whoever reads it then. */
export function lookInto(socket: Socket, tell: (start: string) => void): void {
  socket.on('error', () => socket.destroy());
  // `readable`, not `data`: a flowing socket would lose what arrives before its server listens.
  socket.once('readable', () => {
    const start: Buffer | null = socket.read();
    if (!start) return;
    socket.unshift(start);
    tell(start.toString('latin1'));
  });
}

export async function openPort(
  server: Server,
  options: Pick<EchoOptions, 'address' | 'port' | 'reusePort'>,
): Promise<Omit<Echo, 'seen' | 'behave'>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const address = options.address ?? '127.0.0.1';
  const { reusePort = false } = options;
  const port = await listen(server, { host: address, port: options.port ?? 0, reusePort });
  const refuse = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const accept = async () => void (await listen(server, { host: address, port, reusePort }));
  return { address, port, refuse, accept, close: refuse, [Symbol.asyncDispose]: refuse };
}

function listen(server: Server, options: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      const bound = server.address();
      if (!bound || typeof bound === 'string') throw new Error('a TCP server has an address and a port');
      resolve(bound.port);
    });
  });
}
