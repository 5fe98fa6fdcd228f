import { onTestFinished } from 'vitest';
import type { IdentityOptions } from '../../src/control-plane/identities.ts';
import { type Echo, startEcho } from './echo.ts';
import { type SecurelyServed, serveForTest } from './served.ts';
import { type Sidecar, startSidecar } from './sidecar.ts';

/** Where cart's sidecar listens; beside it the application listens at 127.0.0.1:8080. */
export const CART = '10.2.0.1';
/** Where web's sidecar listens for calls of the service cart. */
export const CART_SERVICE = '127.0.5.1';
export const CART_URL = 'http://cart.shop.svc.cluster.local/';

/** As it stands in `x-forwarded-client-cert`. */
export const WEB_URI = 'URI=spiffe://cluster.local/ns/shop/sa/web';

/** Ports of the Service of cart, in YAML's flow style. */
export const HTTP = '{ name: http, port: 80, targetPort: 8080 }';
export const GRPC = '{ name: grpc, port: 80, targetPort: 8080 }';
export const TCP = '{ name: tcp, port: 80, targetPort: 8080 }';
/** Nobody says what it speaks. */
export const DETECTED = '{ name: any, port: 80, targetPort: 8080 }';

/** A mesh in which web calls cart, each beside a sidecar of its own. */
export function meshOf(port: string, more = ''): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec:
  clusterIP: ${CART_SERVICE}
  selector: { app: cart }
  ports: [${port}]
---
apiVersion: v1
kind: Pod
metadata: { name: cart-1, namespace: shop, labels: { app: cart, security.istio.io/tlsMode: istio } }
spec: { serviceAccountName: cart }
status: { podIP: ${CART}, phase: Running }
${more}`;
}

/** A PeerAuthentication of the namespace. */
export function mtls(mode: string): string {
  return `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: ${mode} } }
`;
}

export interface Pair {
  readonly served: SecurelyServed;
  readonly web: Sidecar;
  readonly cart: Sidecar;
}

export interface PairOptions {
  readonly protocol?: 'delta' | 'sotw';
  readonly secure?: Partial<IdentityOptions>;
}

export async function startPair(yaml: string, { protocol = 'delta', secure = {} }: PairOptions = {}): Promise<Pair> {
  const served = await serveForTest({ files: { 'mesh.yaml': yaml }, secure });
  const [web, cart] = await Promise.all([
    startSidecar(served, { labels: { app: 'web' }, address: '10.2.0.9', serviceAccount: 'web', protocol }),
    startSidecar(served, {
      labels: { app: 'cart' },
      address: CART,
      serviceAccount: 'cart',
      httpProxyPort: 15_003,
      protocol,
    }),
  ]);
  return { served, web, cart };
}

/** The application of cart. */
export async function startCart(): Promise<Echo> {
  const echo = await startEcho({ service: 'cart', address: '127.0.0.1', port: 8080 });
  onTestFinished(echo.close);
  return echo;
}
