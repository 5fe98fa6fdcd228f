import type { TestPair } from './certificates.ts';
import { startRouter } from './router.ts';
import { secretYaml } from './secret-yaml.ts';
import { type SecurelyServed, serveForTest } from './served.ts';
import { type TlsAnswer, type TlsCall, tlsCall } from './tls-client.ts';

/** Below those from which connections of this machine start. */
export const PORT = 10_000 + (process.pid % 20_000);

/** A server of a Gateway. */
export const https = (name: string, hosts: string, tls: string): string =>
  `{ port: { number: ${PORT}, name: ${name}, protocol: HTTPS }, hosts: [${hosts}], tls: ${tls} }`;
/** The rules of a route that is answered by the gateway itself. */
export const answers = (status: number): string =>
  `http: [{ directResponse: { status: ${status}, body: { string: hello } } }]`;
/** A Secret of type TLS. */
export const pair = (name: string, { cert, key }: TestPair, more = {}, namespace = 'edge'): string =>
  secretYaml(name, namespace, { 'tls.crt': cert, 'tls.key': key, ...more });

export async function serveAll(...documents: readonly string[]): Promise<SecurelyServed> {
  return serveForTest({ files: { 'mesh.yaml': documents.join('') }, secure: true });
}

/** A gateway that has taken all of some documents, and how it is called. */
export async function startGateway(documents: readonly string[], protocol: 'delta' | 'sotw' = 'delta') {
  const served = await serveAll(...documents);
  const envoy = await startRouter(served, protocol);
  await envoy.listenersReady(`0.0.0.0_${PORT}`);
  return { served, envoy, call: (call: Omit<TlsCall, 'port'>) => tlsCall({ port: PORT, ...call }) };
}

export const outcome = (answer: TlsAnswer): number | 'refused' => ('refused' in answer ? 'refused' : answer.status);
