import { object } from '../object.fixture.ts';
import type { RawObject } from '../object.ts';

/** Objects that together set every field of Gateway, ServiceEntry and WorkloadEntry. */
export const everyOtherIstioField: readonly RawObject[] = [
  object('networking.istio.io/v1', 'Gateway', {
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [
        {
          name: 'secure',
          port: { number: 443, protocol: 'HTTPS', name: 'https', targetPort: 8443 },
          bind: '0.0.0.0',
          hosts: ['shop/*.example.com', './example.com', '*'],
          tls: {
            mode: 'MUTUAL',
            serverCertificate: '/a',
            privateKey: '/b',
            caCertificates: '/c',
            caCrl: '/d',
            subjectAltNames: ['a'],
            verifyCertificateSpki: [`${'A'.repeat(43)}=`],
            verifyCertificateHash: ['a'.repeat(64), Array(32).fill('0F').join(':')],
            minProtocolVersion: 'TLSV1_2',
            maxProtocolVersion: 'TLSV1_3',
            cipherSuites: ['ECDHE-ECDSA-AES256-GCM-SHA384'],
          },
          defaultEndpoint: '127.0.0.1:80',
        },
        {
          port: { number: 444, protocol: 'HTTPS', name: 'files' },
          hosts: ['a.example'],
          tls: {
            mode: 'MUTUAL',
            tlsCertificates: [{ serverCertificate: '/a', privateKey: '/b', caCertificates: '/c' }],
          },
        },
        {
          port: { number: 445, protocol: 'HTTPS', name: 'one' },
          hosts: ['b.example'],
          tls: { mode: 'OPTIONAL_MUTUAL', credentialName: 'cert', caCertCredentialName: 'ca' },
        },
        {
          port: { number: 446, protocol: 'HTTPS', name: 'two' },
          hosts: ['c.example'],
          tls: { mode: 'SIMPLE', credentialNames: ['cert', 'cert2'] },
        },
        { port: { number: 80, protocol: 'HTTP', name: 'http' }, hosts: ['*'], tls: { httpsRedirect: true } },
      ],
    },
  }),
  object('networking.istio.io/v1', 'ServiceEntry', {
    spec: {
      hosts: ['api.example.com'],
      addresses: ['240.0.0.1', '10.0.0.0/8'],
      ports: [{ number: 443, name: 'tls', protocol: 'TLS', targetPort: 8443 }],
      location: 'MESH_EXTERNAL',
      resolution: 'STATIC',
      endpoints: [workload()],
      exportTo: ['.'],
      subjectAltNames: ['spiffe://x/y'],
    },
    status: { addresses: [] },
  }),
  object('networking.istio.io/v1', 'ServiceEntry', {
    spec: {
      hosts: ['*.example.com'],
      ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
      resolution: 'STATIC',
      workloadSelector: { labels: { app: 'vm' } },
    },
  }),
  object('networking.istio.io/v1', 'WorkloadEntry', { spec: workload() }),
];

function workload() {
  return {
    address: '10.3.0.1',
    ports: { http: 8080 },
    labels: { app: 'vm' },
    network: 'vm-net',
    locality: 'eu/a/1',
    weight: 2,
    serviceAccount: 'vm',
  };
}
