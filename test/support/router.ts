import { envoyForTest, type RunningEnvoy, testBootstrap } from './envoy.ts';
import type { SecurelyServed, Served } from './served.ts';

/** An Envoy that is a gateway of namespace `edge`, by a token if it is served securely. */
export async function startRouter(
  served: Served | SecurelyServed,
  protocol: 'delta' | 'sotw' = 'delta',
): Promise<RunningEnvoy> {
  const xds = 'xdsAs' in served ? await served.xdsAs('edge', 'gateway') : { address: '127.0.0.1', port: served.port };
  const envoy = await envoyForTest({
    bootstrap: testBootstrap({
      role: 'router',
      name: 'gateway',
      namespace: 'edge',
      addresses: ['127.0.0.1'],
      labels: { app: 'edge' },
      ...('xdsAs' in served && { serviceAccount: 'gateway' }),
      protocol,
      xds,
    }),
  });
  await envoy.ready();
  return envoy;
}

/** A Gateway of these servers, in YAML's flow style. */
export function gatewayYaml(...servers: readonly string[]): string {
  return `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: edge }
spec:
  selector: { app: edge }
  servers:
${servers.map((server) => `    - ${server}\n`).join('')}`;
}

/** A VirtualService of that Gateway for one host. */
export function routeYaml(host: string, rules: string): string {
  return `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${host.replaceAll('.', '-')}, namespace: edge }
spec: { hosts: [${host}], gateways: [public], ${rules} }
`;
}
