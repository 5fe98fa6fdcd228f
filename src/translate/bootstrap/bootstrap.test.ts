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

const rootsPem = '-----BEGIN CERTIFICATE-----';
const secureTo = (address: string, more: object = {}): string =>
  JSON.stringify(
    buildBootstrap({
      ...gateway,
      xds: { address, port: 15012, tls: { rootsPem, proof: { kind: 'token', token: 'a.b.c' }, ...more } },
    }),
  );

test('over TLS pharos must have the name or the address that it is looked for by', () => {
  expect(secureTo('pharos.example')).toContain('"sni":"pharos.example"');
  expect(secureTo('pharos.example')).toContain('{"sanType":"DNS","matcher":{"exact":"pharos.example"}}');
  expect(secureTo('10.0.0.1')).toContain('{"sanType":"IP_ADDRESS","matcher":{"exact":"10.0.0.1"}}');
  expect(secureTo('10.0.0.1')).not.toContain('"sni"');
  expect(secureTo('10.0.0.1', { serverName: 'pharos' })).toContain('"sni":"pharos"');
});

test('a token is a secret of the bootstrap, and no header that Envoy shows', () => {
  const { staticResources, dynamicResources } = JSON.parse(secureTo('pharos'));
  expect(staticResources.secrets).toEqual([
    { name: 'pharos-token', genericSecret: { secret: { inlineString: 'a.b.c' } } },
  ]);
  expect(JSON.stringify([staticResources.clusters, dynamicResources])).not.toContain('a.b.c');
});

test('a client certificate needs no token, and no filter that writes one', () => {
  const text = secureTo('pharos', { proof: { kind: 'certificate', chainFile: '/c.pem', keyFile: '/k.pem' } });
  expect(text).toContain('"certificateChain":{"filename":"/c.pem"},"privateKey":{"filename":"/k.pem"}');
  expect(text).not.toContain('httpFilters');
});
