import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import {
  decodeDiscoveryRequest,
  encode,
  encodeDiscoveryResponse,
  type Secret,
  sotwFrame,
  typeUrlOf,
} from '../../src/proto/index.ts';
import { rawMethod } from '../../src/server/raw-method.ts';
import { CA, CLIENT } from './certificates.ts';

export interface AgentSecrets extends AsyncDisposable {
  /** The static cluster by which an Envoy knows the agent beside it. */
  readonly cluster: object;
}

/** What an agent beside an Envoy does, as far as a case needs it: any certificate is the test's, any authority too. */
export async function startAgentSecrets(): Promise<AgentSecrets> {
  const server = new Server();
  const path = '/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets';
  const method = rawMethod(path, { requestStream: true, responseStream: true });
  server.addService({ StreamSecrets: method }, { StreamSecrets: answer });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { cluster: clusterAt(port), [Symbol.asyncDispose]: async () => server.forceShutdown() };
}

function answer(call: ServerDuplexStream<Buffer, Buffer>): void {
  let answered = 0;
  call.on('data', (bytes: Buffer) => {
    const { resourceNames, responseNonce } = decodeDiscoveryRequest(bytes);
    // An acknowledgement.
    if (responseNonce !== '') return;
    const frames = resourceNames.map((name) => sotwFrame(sendable(secretNamed(name))));
    const nonce = `${++answered}`;
    call.write(encodeDiscoveryResponse({ versionInfo: nonce, typeUrl: typeUrlOf('sds'), nonce, frames }));
  });
  call.on('end', () => call.end());
}

function secretNamed(name: string): Secret {
  const inlineString = (text: string) => ({ inlineString: text });
  return name === 'ROOTCA' || name.startsWith('file-root:')
    ? { name, validationContext: { trustedCa: inlineString(CA) } }
    : { name, tlsCertificate: { certificateChain: inlineString(CLIENT.cert), privateKey: inlineString(CLIENT.key) } };
}

function sendable(secret: Secret) {
  const entry = encode('sds', secret);
  if (entry.version === undefined)
    throw new Error(`a secret that Envoy would reject: ${JSON.stringify(entry.violations)}`);
  return entry;
}

function clusterAt(portValue: number): object {
  const address = { socketAddress: { address: '127.0.0.1', portValue } };
  return {
    name: 'sds-grpc',
    type: 'STATIC',
    connectTimeout: '1s',
    typedExtensionProtocolOptions: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicitHttpConfig: { http2ProtocolOptions: {} },
      },
    },
    loadAssignment: { clusterName: 'sds-grpc', endpoints: [{ lbEndpoints: [{ endpoint: { address } }] }] },
  };
}
