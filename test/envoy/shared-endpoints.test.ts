/** Clusters that differ in how a service is called have the endpoints of the service's own cluster. */
import { expect, test } from 'vitest';
import type { RawObject } from '../../src/api/index.ts';
import { createControlPlane } from '../../src/control-plane/index.ts';
import { ownRouter, upserts } from '../fuzz/gateway-api/load.ts';
import { ISOLATED, serveCase } from '../support/envoy-case.ts';
import { makeCertificates } from '../support/gateway-api/certificates.ts';

const GROUP = 'gateway.networking.k8s.io';

test.skipIf(!ISOLATED).each(['delta', 'sotw'] as const)(
  'a cluster that comes or changes alone gets the endpoints that another one has, over %s',
  async (protocol) => {
    const { one, two } = await makeCertificates({ one: CLIENT, two: CLIENT });
    const controlPlane = createControlPlane();
    const apply = (...objects: readonly RawObject[]): void => controlPlane.store.apply(upserts(objects));
    apply(service, slice, secret('one', one!), secret('two', two!), policy, gateway(undefined), route);
    const node = ownRouter('infra/public', protocol);
    await using served = await serveCase(controlPlane, [node]);
    const envoy = await served.start(node);
    for (const certificate of ['one', 'two']) {
      apply(gateway(certificate));
      await served.settled();
      const warm = await envoy.stats('^cluster\\.outbound.80.~infra/public.*membership_total$');
      expect([...warm.values()]).toEqual([1]);
    }
    apply(passthrough);
    await served.settled();
    const warm = await envoy.stats('^cluster\\.outbound.80.~sealed.*membership_total$');
    expect([...warm.values()]).toEqual([1]);
  },
);

const CLIENT = { hosts: ['client.example'], uris: [], ca: false };

const service = object('v1', 'Service', 'cart', {
  spec: { clusterIP: '10.0.0.1', ports: [{ name: 'http', port: 80 }] },
});

const slice = object('discovery.k8s.io/v1', 'EndpointSlice', 'cart-1', {
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: [{ addresses: ['127.30.0.1'] }],
});

function gateway(certificate: string | undefined): RawObject {
  const tls = certificate === undefined ? {} : { tls: { backend: { clientCertificateRef: { name: certificate } } } };
  const listeners = [
    { name: 'http', protocol: 'HTTP', port: 80 },
    { name: 'tls', protocol: 'TLS', port: 443, tls: { mode: 'Passthrough' } },
  ];
  return object(`${GROUP}/v1`, 'Gateway', 'public', {
    spec: { gatewayClassName: 'pharos', addresses: [{ value: '127.20.70.1' }], listeners, ...tls },
  });
}

const parents = { parentRefs: [{ name: 'public' }] };
const rules = [{ backendRefs: [{ name: 'cart', port: 80 }] }];
const route = object(`${GROUP}/v1`, 'HTTPRoute', 'cart', { spec: { ...parents, rules } });
const passthrough = object(`${GROUP}/v1`, 'TLSRoute', 'cart', {
  spec: { ...parents, hostnames: ['cart.example'], rules },
});
const policy = object(`${GROUP}/v1`, 'BackendTLSPolicy', 'cart', {
  spec: {
    targetRefs: [{ group: '', kind: 'Service', name: 'cart' }],
    validation: { wellKnownCACertificates: 'System', hostname: 'cart.example' },
  },
});

function secret(name: string, { crt, key }: { readonly crt: string; readonly key: string }): RawObject {
  const data = { 'tls.crt': btoa(crt), 'tls.key': btoa(key) };
  return object('v1', 'Secret', name, { type: 'kubernetes.io/tls', data });
}

function object(apiVersion: string, kind: string, name: string, body: object): RawObject {
  const labels = { 'kubernetes.io/service-name': 'cart' };
  return { apiVersion, kind, metadata: { name, namespace: 'infra', labels }, ...body };
}
