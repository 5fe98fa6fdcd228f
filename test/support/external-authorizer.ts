import { createServer } from 'node:http';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import { decodeAs, encodeMessage, type Messages } from '../../src/proto/index.ts';

type CheckRequest = Messages['envoy.service.auth.v3.CheckRequest'];
type CheckResponse = Messages['envoy.service.auth.v3.CheckResponse'];

/** What an authorizer was asked: a request, or a connection. */
export interface Asked {
  readonly over: 'http' | 'grpc';
  /** Empty for a connection. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Where the call comes from, if the authorizer is told. */
  readonly source: string | undefined;
}

/** Denies requests with the header `x-check: deny`, and connections from this address. */
export const SUSPECT = '10.9.9.9';

/**
 * Services that policies with action CUSTOM ask: over HTTP at port 9000, over gRPC at port 9001 of an address. What they say
 * besides is fixed: `x-allowed-by` and `x-denied-by`; over gRPC, `team: blue` and `groups: [red, green]` as metadata.
 */
export async function startAuthorizers(address: string): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  await Promise.all([startHttp(address, asked), startGrpc(address, asked)]);
  return asked;
}

async function startHttp(address: string, asked: Asked[]): Promise<void> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    asked.push({ over: 'http', path: request.url ?? '', headers, body, source: undefined });
    const denies = headers['x-check'] === 'deny';
    response.writeHead(denies ? 403 : 200, denies ? { 'x-denied-by': 'http' } : { 'x-allowed-by': 'http' });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(9000, address, resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
}

async function startGrpc(address: string, asked: Asked[]): Promise<void> {
  const server = new Server();
  const Check = {
    path: '/envoy.service.auth.v3.Authorization/Check',
    requestStream: false,
    responseStream: false,
    requestDeserialize: (bytes: Buffer) => decodeAs('envoy.service.auth.v3.CheckRequest', bytes),
    requestSerialize: (request: CheckRequest) =>
      Buffer.from(encodeMessage('envoy.service.auth.v3.CheckRequest', request)),
    responseSerialize: (response: CheckResponse) =>
      Buffer.from(encodeMessage('envoy.service.auth.v3.CheckResponse', response)),
    responseDeserialize: (bytes: Buffer) => decodeAs('envoy.service.auth.v3.CheckResponse', bytes),
  } as const;
  server.addService(
    { Check },
    {
      Check: (call: { request: CheckRequest }, answer: (error: null, response: CheckResponse) => void) => {
        const request = askedOf(call.request);
        asked.push(request);
        answer(null, answerTo(request));
      },
    },
  );
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(`${address}:9001`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    ),
  );
  onTestFinished(() => server.forceShutdown());
}

function askedOf({ attributes }: CheckRequest): Asked {
  const http = attributes?.request?.http;
  return {
    over: 'grpc',
    path: http?.path ?? '',
    headers: (http?.headers ?? {}) as Asked['headers'],
    // One or the other, as the filter packs it.
    body: http?.body || Buffer.from(http?.rawBody ?? '', 'base64').toString(),
    source: attributes?.source?.address?.socketAddress?.address ?? undefined,
  };
}

function answerTo({ headers, source }: Asked): CheckResponse {
  if (headers['x-check'] === 'deny' || source === SUSPECT) {
    const said = [{ header: { key: 'x-denied-by', value: 'grpc' } }];
    return { status: { code: 7 }, deniedResponse: { status: { code: 'Unauthorized' }, headers: said } };
  }
  return {
    status: { code: 0 },
    okResponse: { headers: [{ header: { key: 'x-allowed-by', value: 'grpc' } }] },
    dynamicMetadata: { team: 'blue', groups: ['red', 'green'] },
  };
}
