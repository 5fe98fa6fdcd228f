import { expect, test } from 'vitest';
import { buildBootstrap } from './index.ts';

const gateway = {
  role: 'router',
  name: 'gateway',
  namespace: 'web',
  addresses: ['10.0.0.7'],
  xds: { address: '10.0.0.1', port: 15010 },
} as const;

test('a gateway is a router that names its workload and namespace, and says nothing of interception', () => {
  expect(buildBootstrap(gateway).node).toEqual({
    id: 'router~10.0.0.7~gateway.web~web.svc.cluster.local',
    cluster: 'gateway.web',
    metadata: { NAME: 'gateway', NAMESPACE: 'web', LABELS: {}, INSTANCE_IPS: '10.0.0.7' },
  });
});

test('a sidecar has its connections redirected unless it says otherwise', () => {
  expect(buildBootstrap({ ...gateway, role: 'sidecar' }).node).toMatchObject({
    metadata: { INTERCEPTION_MODE: 'REDIRECT' },
  });
});

test('pharos is looked up when it has a name, and not when it has an address', () => {
  const typeAt = (address: string) => {
    const { staticResources } = buildBootstrap({ ...gateway, xds: { address, port: 15010 } });
    return staticResources;
  };
  expect(typeAt('pharos.example')).toMatchObject({ clusters: [{ type: 'STRICT_DNS' }] });
  expect(typeAt('fd00::1')).toMatchObject({ clusters: [{ type: 'STATIC' }] });
});

test('state of the world is spoken when asked for', () => {
  const bootstrap = buildBootstrap({ ...gateway, protocol: 'sotw' });
  expect(bootstrap.dynamicResources).toMatchObject({ adsConfig: { apiType: 'GRPC' } });
});
