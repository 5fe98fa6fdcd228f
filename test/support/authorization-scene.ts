import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Story, StoryCall } from './authorization-story.ts';
import { startEcho } from './echo.ts';
import type { RunningEnvoy } from './envoy.ts';
import { type Asked, startAuthorizers } from './external-authorizer.ts';
import { startRouter } from './router.ts';
import { type SecurelyServed, serveForTest } from './served.ts';
import { startSidecar } from './sidecar.ts';
import { createIssuer, type Issuer, type Signer } from './test-tokens.ts';

export const CART = '10.2.0.1';
const CHECKS = '10.2.0.50';

/** Of cart: `any` takes HTTP and everything else. */
const PORTS = { http: 8080, tcp: 6379, any: 7070 } as const;
const GATEWAY_PORTS = { http: 8088, tcp: 8089, any: 8088 } as const;

/** cart, beside whatever a story says; and whom policies may ask. Nobody listens at port 9009. */
const MESH = `
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec:
  selector: { app: cart }
  ports:
    - { name: http, port: 80, targetPort: ${PORTS.http} }
    - { name: tcp, port: ${PORTS.tcp} }
    - { name: any, port: ${PORTS.any} }
---
apiVersion: v1
kind: Pod
metadata: { name: cart-1, namespace: shop, labels: { app: cart } }
spec: { serviceAccountName: cart }
status: { podIP: ${CART}, phase: Running }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: checks, namespace: shop }
spec:
  hosts: [checks.example]
  resolution: STATIC
  ports:
    - { name: http, number: 9000, protocol: HTTP }
    - { name: grpc, number: 9001, protocol: GRPC }
    - { name: dead, number: 9009, protocol: GRPC }
  endpoints: [{ address: ${CHECKS} }]
---
`;

/** A story under way: a pharos, the Envoy that is called, and whom it may ask. */
export interface Scene {
  readonly story: Story;
  readonly yaml: string;
  readonly issuer: Issuer;
  readonly served: SecurelyServed;
  readonly envoy: RunningEnvoy;
  readonly asked: readonly Asked[];
}

export async function setUp(story: Story): Promise<Scene> {
  const issuer = await createIssuer();
  const keySet = (_: string, signers: string) => `'${issuer.keySet(...(signers.split(/, */) as Signer[]))}'`;
  const yaml = MESH + story.objects.replace(/\$KEYS\(([^)]*)\)/g, keySet);
  const asked = await startAuthorizers(CHECKS);
  await startCart(story.atGateway ? CART : '127.0.0.1');
  const served = await serveForTest({ files: { 'mesh.yaml': yaml }, secure: true });
  const envoy = story.atGateway ? await startRouter(served) : await sidecarOf(served);
  return { story, yaml, issuer, served, envoy, asked };
}

/** Where a call goes to. */
export function placeOf(
  { call, at }: StoryCall,
  { atGateway }: Story,
): { readonly address: string; readonly port: number } {
  const port = at ?? (call === 'TCP' ? 'tcp' : 'http');
  return atGateway ? { address: '127.0.0.1', port: GATEWAY_PORTS[port] } : { address: CART, port: PORTS[port] };
}

async function sidecarOf(served: SecurelyServed): Promise<RunningEnvoy> {
  const { envoy } = await startSidecar(served, { labels: { app: 'cart' }, address: CART, serviceAccount: 'cart' });
  return envoy;
}

/** Its application: HTTP, a server that says what it heard, and one that does both. */
async function startCart(address: string): Promise<void> {
  const echo = await startEcho({ service: 'cart', address, port: PORTS.http });
  onTestFinished(echo.close);
  await startSpeaker(address, PORTS.tcp);
  await startSpeaker(address, PORTS.any);
}

async function startSpeaker(address: string, port: number): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (said) => {
      const isRequest = /^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(said.toString());
      socket.write(isRequest ? 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n' : `heard ${said}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  onTestFinished(() => void server.close());
}
