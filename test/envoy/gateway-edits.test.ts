import { expect, test } from 'vitest';
import { envoyForTest, testBootstrap } from '../support/envoy.ts';
import { serveForTest } from '../support/served.ts';
import { callAt } from '../support/sidecar.ts';

/** Below those from which connections of this machine start. */
const PORT = 10_000 + (process.pid % 20_000);

test.each(['delta', 'sotw'] as const)(
  'a host whose rule is removed at a gateway is found no more, and again when it is back, over %s',
  async (protocol) => {
    const all = [gateway(), rule('a'), rule('b')].join('---\n');
    const served = await serveForTest({ files: { 'mesh.yaml': all } });
    const envoy = await envoyForTest({
      bootstrap: testBootstrap({
        role: 'router',
        name: 'gateway',
        namespace: 'shop',
        addresses: ['127.0.0.1'],
        labels: { app: 'doors' },
        protocol,
        xds: { address: '127.0.0.1', port: served.port },
      }),
    });
    await envoy.ready();
    await envoy.listenersReady(`0.0.0.0_${PORT}`);
    const statuses = async () => {
      const ask = async (host: string) =>
        (await callAt({ address: '127.0.0.1', port: PORT }, `http://${host}.example:${PORT}/`))[0]!.status;
      return [await ask('a'), await ask('b')];
    };
    expect(await statuses()).toEqual([299, 299]);
    await served.change(() => served.write('mesh.yaml', [gateway(), rule('b')].join('---\n')));
    expect(await statuses()).toEqual([404, 299]);
    await served.change(() => served.write('mesh.yaml', gateway()));
    expect(await statuses()).toEqual([404, 404]);
    await served.change(() => served.write('mesh.yaml', all));
    expect(await statuses()).toEqual([299, 299]);
  },
);

function gateway(): string {
  return `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: doors, namespace: shop }
spec:
  selector: { app: doors }
  servers: [{ port: { number: ${PORT}, name: http, protocol: HTTP }, hosts: ['*'] }]
`;
}

function rule(name: string): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: shop }
spec:
  gateways: [doors]
  hosts: [${name}.example]
  http: [{ directResponse: { status: 299 } }]
`;
}
