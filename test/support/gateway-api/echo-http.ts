import type { Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { echoOf, type Request, type Response, respond } from '../echo.ts';
import {
  type Attempts,
  type EchoAt,
  isPlainByMistake,
  PLAIN_BY_MISTAKE,
  type Told,
  tlsOf,
  type Witness,
} from './echo-at.ts';
import { grpcFrame, grpcMessage } from './grpc-frame.ts';

interface Where {
  readonly at: EchoAt;
  readonly socket: Socket;
  readonly told: Told;
  readonly attempts: Attempts;
}

/** Answers an HTTP request of any version, a gRPC call included, in the way that its query asks for. */
export async function answerRequest(request: Request, response: Response, where: Where): Promise<void> {
  const { at, socket, told, attempts } = where;
  const isGrpc = `${request.headers['content-type'] ?? ''}`.startsWith('application/grpc');
  const tls = tlsOf(socket);
  const echoed = await echoOf(request, at.service, at.version);
  const body = isGrpc ? grpcMessage(Buffer.from(echoed.body)) : echoed.body;
  const witness: Witness = { ...echoed, body, ...(tls && { tls }) };
  told(witness);
  if (isPlainByMistake(socket, at)) return respond(response, PLAIN_BY_MISTAKE, {}, 'this port speaks TLS');
  if (!hasAll(request.headers, at.demands)) return respond(response, 403, {}, 'not without the right headers');
  const asked = askedIn(witness.path);
  if (asked.delayMs > 0) await pause(asked.delayMs);
  const failure = failureOf(asked, `${at.service} ${asked.key}`, attempts);
  if (failure === 'reset') return void socket.resetAndDestroy();
  if (failure === 'silence') return;
  const text = JSON.stringify(witness);
  const headers = { 'x-echo': `${at.service} ${at.version}`, ...asked.headers };
  if (isGrpc && 'stream' in response) return answerGrpc(response, headers, text);
  respond(response, failure ?? 200, headers, text);
}

function hasAll(headers: Request['headers'], demands: EchoAt['demands'] = {}): boolean {
  return Object.entries(demands).every(([name, value]) => headers[name] === value);
}

/** The query of a request, as far as it is meant for the echo. */
interface Asked {
  readonly delayMs: number;
  /** How many requests with the same key fail. */
  readonly failures: number;
  readonly failure: number | 'reset' | 'silence';
  readonly key: string;
  /** Of the answer. */
  readonly headers: Readonly<Record<string, string>>;
}

function askedIn(path: string): Asked {
  const query = new URL(path, 'http://echo').searchParams;
  const status = query.get('status') ?? '503';
  return {
    delayMs: msOf(query.get('delay') ?? '0s'),
    failures: Number(query.get('fail') ?? 0),
    failure: status === 'reset' || status === 'silence' ? status : Number(status),
    key: query.get('key') ?? '',
    headers: Object.fromEntries(query.getAll('header').map(headerOf)),
  };
}

/** `x-color:red`. */
function headerOf(text: string): [string, string] {
  const colon = text.indexOf(':');
  return [text.slice(0, colon), text.slice(colon + 1)];
}

/** `1s`, `200ms`. */
function msOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`${text} is no duration, like 1s or 200ms`);
  return Number(number) * (unit === 's' ? 1000 : 1);
}

function failureOf({ failures, failure }: Asked, key: string, attempts: Attempts): Asked['failure'] | undefined {
  if (failures === 0) return undefined;
  const count = (attempts.get(key) ?? 0) + 1;
  attempts.set(key, count);
  return count <= failures ? failure : undefined;
}

function answerGrpc(response: Http2ServerResponse, headers: Asked['headers'], text: string): void {
  if (response.stream.destroyed) return;
  response.writeHead(200, { 'content-type': 'application/grpc', ...headers });
  response.addTrailers({ 'grpc-status': '0' });
  response.end(grpcFrame(text));
}
