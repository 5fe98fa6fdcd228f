import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Echo, startEcho } from './echo.ts';
import { envoyForTest, type RunningEnvoy, testBootstrap } from './envoy.ts';
import { ISOLATED } from './envoy-case.ts';
import { type Answer, type Door, performCall } from './perform-call.ts';
import { type SecurelyServed, type Served, serveForTest } from './served.ts';

/** Services are on addresses and ports of their own, as in a cluster: that needs a network of the test's own. */
export const NO_CLUSTER_ADDRESSES = !ISOLATED && !process.env.CI;

export interface SidecarOptions {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of its workload. The first connection to it that is no call of its own application comes in here. */
  readonly address?: string;
  readonly httpProxyPort?: number;
  readonly protocol?: 'delta' | 'sotw';
  /** Default: `none`. */
  readonly interception?: 'none' | 'redirect';
  /** It proves to be this one, to a pharos that is served with `secure`. */
  readonly serviceAccount?: string;
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly times?: number;
}

/** An Envoy without interception, beside a program that uses it as its `http_proxy`. */
export interface Sidecar {
  readonly envoy: RunningEnvoy;
  /** What the program is answered. */
  readonly call: (url: string, options?: CallOptions) => Promise<Answer>;
  /** The same, several times one after another over one connection. */
  readonly calls: (url: string, options: CallOptions) => Promise<readonly Answer[]>;
}

const HTTP_PROXY_PORT = 15_002;

/** A sidecar of a mesh that is nothing but this YAML. */
export async function meshWithSidecar(
  yaml: string,
  options: SidecarOptions = {},
): Promise<Sidecar & { served: Served }> {
  const served = await serveForTest({ files: { 'mesh.yaml': yaml } });
  return { ...(await startSidecar(served, options)), served };
}

export async function startSidecar(served: Served | SecurelyServed, options: SidecarOptions = {}): Promise<Sidecar> {
  const { namespace = 'shop', labels = { app: 'web' }, address = '127.0.0.1', protocol = 'delta' } = options;
  const { httpProxyPort = HTTP_PROXY_PORT, interception = 'none', serviceAccount } = options;
  const envoy = await envoyForTest({
    bootstrap: testBootstrap({
      role: 'sidecar',
      name: `${labels.app}-1`,
      namespace,
      labels,
      addresses: [address],
      interception,
      httpProxyPort,
      protocol,
      ...(serviceAccount !== undefined && { serviceAccount }),
      xds: await xdsOf(served, namespace, serviceAccount),
    }),
  });
  await envoy.ready();
  const door: Door = { address: '127.0.0.1', port: httpProxyPort, kind: 'http-proxy' };
  return {
    envoy,
    calls: (url, asked) => callAt(door, url, asked),
    call: async (url, asked) => (await callAt(door, url, asked))[0]!,
  };
}

async function xdsOf(served: Served | SecurelyServed, namespace: string, serviceAccount: string | undefined) {
  if (serviceAccount === undefined) return { address: '127.0.0.1', port: served.port };
  if ('xdsAs' in served) return served.xdsAs(namespace, serviceAccount);
  throw new Error('only a pharos that is served with `secure` knows who its proxies are');
}

/** Requests to a listener: the URL's host is what they say in their Host header. */
export async function callAt(door: Door, url: string, options: CallOptions = {}): Promise<readonly Answer[]> {
  const { method = 'GET', headers = {}, times = 1 } = options;
  const call = { call: `${method} ${url}`, from: '', headers, times, expect: { status: 200 } };
  return (await performCall(call, door)).answers;
}

/** The program of a Pod: on port 8080 of its address. */
export async function startApplication(service: string, address: string, version = 'v1'): Promise<Echo> {
  const echo = await startEcho({ service, version, address, port: 8080, reusePort: true });
  onTestFinished(echo.close);
  return echo;
}

/** A Service at port 80, and its Pods, each of which serves port 8080 and has a version. */
export function service(name: string, pods: Readonly<Record<string, string>>, clusterIP = '10.96.0.1'): string {
  const podsOf = Object.entries(pods).map(
    ([ip, version], i) => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}-${i}, namespace: shop, labels: { app: ${name}, version: ${version} } }
status: { podIP: ${ip}, phase: Running }
`,
  );
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec:
  clusterIP: ${clusterIP}
  selector: { app: ${name} }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
${podsOf.join('')}`;
}

/** A VirtualService of one host, or a DestinationRule: its `spec` but for the host, in YAML's flow style or indented. */
export function rule(kind: 'VirtualService' | 'DestinationRule', name: string, spec: string): string {
  const host = kind === 'VirtualService' ? `hosts: [${name}]` : `host: ${name}`;
  return `---
apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec:
  ${host}
${spec.replace(/^\n/, '').trimEnd()}
`;
}

/** Subsets v1 and v2 of a service. */
export function versions(name: string): string {
  return rule(
    'DestinationRule',
    name,
    '  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]',
  );
}

/** What a TCP connection is answered, the greeting and all, until the other side has no more to say. */
export function talk(address: string, port: number, said: string | Buffer, localAddress?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect({ port, host: address, ...(localAddress && { localAddress }) });
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)));
    socket.once('close', () => resolve(heard));
    // Not at once: a connection that ends while Envoy still looks at its first bytes is none to it.
    socket.once('data', () => socket.end());
    socket.write(said);
  });
}
