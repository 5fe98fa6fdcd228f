import { X509Certificate } from 'node:crypto';
import { Client, type ServiceError, status } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import type { IssuedCertificate } from '../../src/ca/index.ts';
import { decode, decodeAs, encodeMessage, type JsonObject, type Secret } from '../../src/proto/index.ts';
import type { Protocol } from '../../src/xds/index.ts';
import type { SecurelyServed } from '../support/served.ts';
import { credentialsOf, metadataOf, type NodeSaid, type Proof, TestProxy } from '../support/test-proxy.ts';

/** A workload's certificate, as the authority of a test gives it. */
export function certificateOf(
  { serving }: SecurelyServed,
  namespace: string,
  serviceAccount: string,
  validityMs?: number,
): NonNullable<Proof['certificate']> {
  return pemOf(
    serving.secure!.authority.issue({ trustDomain: 'cluster.local', namespace, serviceAccount }, validityMs),
  );
}

export function pemOf({ leafPem, intermediatesPem, keyPem }: IssuedCertificate): NonNullable<Proof['certificate']> {
  return { chain: [leafPem, ...intermediatesPem].join(''), key: keyPem };
}

/** The names in the certificate that a proxy was given last. */
export function subjectOf(proxy: TestProxy): string | undefined {
  const chain = (secretsOf(proxy).get('default') as Secret | undefined)?.tlsCertificate?.certificateChain?.inlineBytes;
  return chain === undefined ? undefined : new X509Certificate(Buffer.from(chain, 'base64')).subjectAltName;
}

export function sidecarNode(namespace: string, name = 'web', metadata: JsonObject = {}): NodeSaid {
  return {
    id: `sidecar~127.0.0.1~${name}.${namespace}~${namespace}.svc.cluster.local`,
    metadata: { NAMESPACE: namespace, ...metadata },
  } as NodeSaid;
}

/** A proxy on the secure port, gone after the test. */
export function secureProxy(
  served: SecurelyServed,
  protocol: Protocol,
  node: NodeSaid,
  proof: Omit<Proof, 'rootPem'> & { readonly rootPem?: string },
): TestProxy {
  const proxy = new TestProxy(`127.0.0.1:${served.securePort}`, protocol, node, { rootPem: served.rootPem, ...proof });
  onTestFinished(() => proxy.close());
  return proxy;
}

/** What a proxy has been sent of SDS, by name. */
export function secretsOf(proxy: TestProxy): ReadonlyMap<string, JsonObject> {
  const resources = proxy.responses.filter(({ type }) => type === 'sds').flatMap(({ resources }) => resources);
  return new Map(
    resources.map(({ name, bytes }) => [
      name,
      decode('type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret', bytes),
    ]),
  );
}

export interface Answer {
  readonly code: status;
  readonly details: string;
  readonly chain: readonly string[];
}

const CREATE = '/istio.v1.auth.IstioCertificateService/CreateCertificate';

/** Asks for a certificate over a connection of its own. */
export async function createCertificate(port: number, proof: Proof, request: JsonObject | Buffer): Promise<Answer> {
  const client = certificateClient(port, proof);
  try {
    return await client(request);
  } finally {
    client.close();
  }
}

export interface CertificateClient {
  (request: JsonObject | Buffer): Promise<Answer>;
  close(): void;
}

export function certificateClient(port: number, proof: Proof): CertificateClient {
  const client = new Client(`127.0.0.1:${port}`, credentialsOf(proof), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.ssl_target_name_override': 'localhost',
    'grpc.enable_retries': 0,
  });
  const same = (bytes: Buffer): Buffer => bytes;
  const ask = (request: JsonObject | Buffer): Promise<Answer> =>
    new Promise((resolve) => {
      const bytes = Buffer.isBuffer(request)
        ? request
        : Buffer.from(encodeMessage('istio.v1.auth.IstioCertificateRequest', request));
      client.makeUnaryRequest(CREATE, same, same, bytes, metadataOf(proof), answer(resolve));
    });
  return Object.assign(ask, { close: () => client.close() });
}

function answer(resolve: (answer: Answer) => void) {
  return (error: ServiceError | null, response?: Buffer): void => {
    if (error) return resolve({ code: error.code, details: error.details, chain: [] });
    const { certChain = [] } = decodeAs('istio.v1.auth.IstioCertificateResponse', response!);
    resolve({ code: status.OK, details: '', chain: certChain });
  };
}
