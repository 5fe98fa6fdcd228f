import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectPlainly } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { echoedIn, PATIENCE_MS } from '../perform-call.ts';
import { type Answer, CLOSED } from './answer.ts';
import type { Call, Target } from './call.ts';
import { grpcFrame, grpcMessage, grpcStatusOf } from './grpc-frame.ts';
import type { Entrance } from './make-call.ts';
import { inSession } from './session.ts';

/** Requests, or unary calls of gRPC, one after another over one HTTP/2 connection. */
export async function http2Calls(call: Call, target: Target, entrance: Entrance): Promise<readonly Answer[]> {
  let connection = open(target, entrance);
  try {
    return await inSession(call, (next) => {
      if (connection.destroyed || connection.closed) connection = open(target, entrance);
      return once(next, target, connection);
    });
  } finally {
    connection.destroy();
  }
}

function open({ url }: Target, { address: host, port, secure }: Entrance): ClientHttp2Session {
  const session = connect(url!.origin, {
    createConnection: () =>
      secure ? connectSecurely({ host, port, ...secure, ALPNProtocols: ['h2'] }) : connectPlainly({ host, port }),
  });
  // Its streams tell.
  session.on('error', () => {});
  return session;
}

function once(call: Call, target: Target, session: ClientHttp2Session): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let headers: Headers = {};
    let trailers: Headers = {};
    const stream = session.request(headersOf(call, target));
    stream.on('response', (received) => {
      headers = textsOf(received);
    });
    stream.on('trailers', (received) => {
      trailers = textsOf(received);
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.setTimeout(PATIENCE_MS, () => {
      reject(new Error(`no answer to ${call.call} within ${PATIENCE_MS} ms`));
      stream.destroy();
    });
    stream.on('error', () => {});
    stream.once('close', () => resolve(answerOf(target, headers, trailers, Buffer.concat(chunks), isWhole(stream))));
    stream.end(target.kind === 'GRPC' ? grpcFrame(call.body ?? '') : call.body);
  });
}

type Headers = Readonly<Record<string, string>>;

/** https://nodejs.org/api/http2.html#http2streamrstcode */
function isWhole({ rstCode, readableEnded }: ClientHttp2Stream): boolean {
  return rstCode === 0 && readableEnded;
}

function headersOf({ headers }: Call, { kind, method, url }: Target): OutgoingHttpHeaders {
  const { host, ...others } = headers;
  return {
    ':method': method,
    ':path': `${url!.pathname}${url!.search}`,
    ':scheme': url!.protocol.slice(0, -1),
    ':authority': host ?? url!.host,
    ...(kind === 'GRPC' && { 'content-type': 'application/grpc', te: 'trailers' }),
    ...others,
  };
}

function textsOf(headers: object): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function answerOf({ kind }: Target, headers: Headers, trailers: Headers, body: Buffer, isWhole: boolean): Answer {
  const { ':status': status, ...others } = headers;
  if (status === undefined || !isWhole) return CLOSED;
  const answer = { status: Number(status), headers: others };
  if (kind !== 'GRPC') return { ...answer, body: `${body}`, echoed: echoedIn(`${body}`) };
  const told = trailers['grpc-status'] ?? headers['grpc-status'];
  const grpc = told === undefined ? grpcStatusOf(answer.status) : Number(told);
  const message = grpcMessage(body);
  return { ...answer, body: message, echoed: echoedIn(message), grpc };
}
