import { Server, ServerCredentials } from '@grpc/grpc-js';
import { DecodeError } from '../../proto/index.ts';
import { type AdsCall, AdsStream } from '../../server/ads.ts';
import { DEFAULT_LIMITS, type ServerEvent } from '../../server/index.ts';
import { rawMethod } from '../../server/raw-method.ts';
import { readDeltaRequest, readSotwRequest } from '../../server/requests.ts';
import { createBudget, createTurns, type Protocol } from '../../xds/index.ts';
import type { AgentSecrets } from './secrets.ts';

const METHOD = '/envoy.service.secret.v3.SecretDiscoveryService';
const DUPLEX = { requestStream: true, responseStream: true };

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/security/secret */
const secretService = {
  StreamSecrets: rawMethod(`${METHOD}/StreamSecrets`, DUPLEX),
  DeltaSecrets: rawMethod(`${METHOD}/DeltaSecrets`, DUPLEX),
};

/**
 * Serves secrets to an Envoy at a Unix socket: whoever can reach the socket has the key, so it belongs in a directory of
 * one's own. Throws an Error if there can be no such socket. Gives what ends it.
 */
export async function serveSecrets(
  path: string,
  secrets: AgentSecrets,
  onEvent: (event: ServerEvent) => void,
): Promise<() => void> {
  const server = new Server();
  const clock = (): number => performance.now();
  const options = {
    source: { open: (_: unknown, wake: () => void) => viewOf(secrets, wake) },
    limits: DEFAULT_LIMITS,
    budget: createBudget({ limitBytes: DEFAULT_LIMITS.bytesInFlight, clock }),
    turns: createTurns(),
    clock,
    onEvent,
    resendEndpointsOfChangedClusters: false,
  };
  let number = 0;
  const open = (call: AdsCall, protocol: Protocol): void => {
    call.on('data', (bytes: Buffer) => secrets.ask(namesIn(bytes, protocol)));
    new AdsStream({ number: ++number, call, protocol, identity: undefined }, options, () => {});
  };
  server.addService(secretService, {
    StreamSecrets: (call: AdsCall) => open(call, 'sotw'),
    DeltaSecrets: (call: AdsCall) => open(call, 'delta'),
  });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  return () => server.forceShutdown();
}

function viewOf(secrets: AgentSecrets, wake: () => void) {
  return { id: 'agent', read: secrets.layers, update: () => {}, stop: secrets.onChange(wake) };
}

/** What a request asks for; it is read again, and refused if need be, by the stream. */
function namesIn(bytes: Buffer, protocol: Protocol): readonly string[] {
  try {
    const { request } = protocol === 'delta' ? readDeltaRequest(bytes) : readSotwRequest(bytes);
    if (!request) return [];
    return 'subscribe' in request ? request.subscribe : request.names;
  } catch (error) {
    if (error instanceof DecodeError) return [];
    throw error;
  }
}
