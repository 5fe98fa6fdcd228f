import { expect, test } from 'vitest';
import { type BootstrapOptions, buildBootstrap } from '../../src/translate/bootstrap/index.ts';
import { envoyForTest, testBootstrap, validate } from '../support/envoy.ts';
import { freePort } from '../support/loopback.ts';

const sidecar: BootstrapOptions = {
  role: 'sidecar',
  name: 'cart-1',
  namespace: 'shop',
  addresses: ['127.0.0.1', '127.0.0.2'],
  labels: { app: 'cart', version: 'v1' },
  serviceAccount: 'cart',
  interception: 'none',
  httpProxyPort: 15007,
  locality: { region: 'north', zone: 'n1' },
  xds: { address: '127.0.0.1', port: 15010 },
};

test.each<[string, Partial<BootstrapOptions>]>([
  ['a sidecar over delta', {}],
  ['a sidecar over state of the world', { protocol: 'sotw' }],
  ['a gateway', { role: 'router', labels: { istio: 'ingressgateway' } }],
  ['a proxy that looks pharos up by name', { xds: { address: 'pharos.example', port: 15010 } }],
])('a stock Envoy accepts the bootstrap of %s without a warning', async (_, change) => {
  expect(await validate(buildBootstrap({ ...sidecar, ...change }))).toBe('');
});

test('an Envoy that cannot reach pharos starts, tries to, and is not ready', async () => {
  const xds = { address: '127.0.0.1', port: await freePort() };
  const envoy = await envoyForTest({ bootstrap: testBootstrap({ ...sidecar, xds }) });

  await envoy.statReaches('cluster.xds-grpc.upstream_cx_connect_fail', 1);
  await expect(envoy.admin('/ready')).rejects.toThrow('PRE_INITIALIZING');
  expect(await envoy.admin('/stats/prometheus?usedonly')).toContain(
    'envoy_cluster_upstream_cx_connect_fail{cluster_name="xds-grpc"}',
  );
});

test('a running Envoy calls itself what the bootstrap says, in the form of Istio', async () => {
  const envoy = await envoyForTest({ bootstrap: testBootstrap(sidecar) });
  const { node } = JSON.parse(await envoy.admin('/server_info'));

  expect(node).toMatchObject({
    id: 'sidecar~127.0.0.1~cart-1.shop~shop.svc.cluster.local',
    cluster: 'cart.shop',
    locality: { region: 'north', zone: 'n1' },
    metadata: {
      NAME: 'cart-1',
      NAMESPACE: 'shop',
      LABELS: { app: 'cart', version: 'v1' },
      INSTANCE_IPS: '127.0.0.1,127.0.0.2',
      SERVICE_ACCOUNT: 'cart',
      INTERCEPTION_MODE: 'NONE',
      HTTP_PROXY_PORT: '15007',
    },
  });
});
