import { object } from '../object.fixture.ts';
import type { RawObject } from '../object.ts';
import { everyRouteField } from './routes.fixture.ts';

const GATEWAY = 'gateway.networking.k8s.io/v1';
const EXPERIMENTAL = 'gateway.networking.x-k8s.io/v1alpha1';
const parametersRef = { group: 'example.com', kind: 'Parameters', name: 'large', namespace: 'infra' };
const selector = {
  matchLabels: { team: 'shop' },
  matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }],
};
const caCertificateRefs = [{ group: '', kind: 'ConfigMap', name: 'clients', namespace: 'infra' }];
const secret = { group: '', kind: 'Secret', name: 'cert', namespace: 'infra' };

const listeners = [
  {
    name: 'https',
    hostname: '*.example.com',
    port: 443,
    protocol: 'HTTPS',
    tls: { mode: 'Terminate', certificateRefs: [secret], options: { 'example.com/a': 'b' } },
    allowedRoutes: {
      namespaces: { from: 'Selector', selector },
      kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
    },
  },
  { name: 'sni', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } },
  { name: 'other', port: 9000, protocol: 'example.com/QUIC' },
];

const validation = {
  caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }],
  hostname: 'cart.example.com',
  subjectAltNames: [
    { type: 'Hostname', hostname: '*.example.com' },
    { type: 'URI', uri: 'spiffe://example.com/ns/shop/sa/cart' },
  ],
};

/** Objects that together set every field of every kind of Gateway API. */
export const everyGatewayField: readonly RawObject[] = [
  object(GATEWAY, 'GatewayClass', {
    spec: { controllerName: 'pharos.dev/gateway-controller', parametersRef, description: 'for the public' },
  }),
  object(GATEWAY, 'Gateway', {
    spec: {
      gatewayClassName: 'pharos',
      listeners,
      addresses: [{ type: 'IPAddress', value: '192.0.2.1' }, { type: 'Hostname', value: 'a.example.com' }, {}],
      infrastructure: {
        labels: { 'example.com/team': 'shop' },
        annotations: { 'example.com/why': 'because: any text' },
        parametersRef: { group: 'example.com', kind: 'Parameters', name: 'large' },
      },
      allowedListeners: { namespaces: { from: 'Selector', selector } },
      tls: {
        backend: { clientCertificateRef: secret },
        frontend: {
          default: { validation: { caCertificateRefs, mode: 'AllowInsecureFallback' } },
          perPort: [{ port: 8443, tls: { validation: { caCertificateRefs, mode: 'AllowValidOnly' } } }],
        },
      },
      defaultScope: 'All',
    },
    status: { listeners: [] },
  }),
  object(GATEWAY, 'ListenerSet', {
    spec: {
      parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'infra', name: 'public' },
      listeners,
    },
  }),
  object('gateway.networking.k8s.io/v1beta1', 'ReferenceGrant', {
    spec: {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'web' }],
      to: [{ group: '', kind: 'Service', name: 'cart' }],
    },
  }),
  object(GATEWAY, 'BackendTLSPolicy', {
    spec: {
      targetRefs: [
        { group: '', kind: 'Service', name: 'cart', sectionName: 'https' },
        { group: '', kind: 'Service', name: 'cart', sectionName: 'admin' },
      ],
      validation,
      options: { 'example.com/a': 'b' },
    },
  }),
  object('gateway.networking.k8s.io/v1alpha3', 'BackendTLSPolicy', {
    spec: {
      targetRefs: [{ group: '', kind: 'Service', name: 'cart' }],
      validation: { wellKnownCACertificates: 'System', hostname: 'cart.example.com' },
    },
  }),
  object(EXPERIMENTAL, 'XBackend', {
    spec: {
      type: 'ExternalHostname',
      externalHostname: { hostname: 'api.example.com' },
      port: { name: 'https', port: 443 },
      protocol: 'HTTP2',
      tls: { mode: 'ClientAndServer', clientCertificateRef: secret, validation },
    },
  }),
  object(EXPERIMENTAL, 'XBackend', {
    spec: {
      type: 'ExternalHostname',
      externalHostname: { hostname: 'api.example.com' },
      port: { port: 443 },
      tls: { mode: 'ServerOnly', validation: { wellKnownCACertificates: 'System', hostname: 'api.example.com' } },
    },
  }),
  object(EXPERIMENTAL, 'XBackendTrafficPolicy', {
    spec: {
      targetRefs: [{ group: '', kind: 'Service', name: 'cart' }],
      retryConstraint: {
        budget: { percent: 20, interval: '10s' },
        minRetryRate: { count: 10, interval: '1s' },
      },
      sessionPersistence: {
        type: 'Cookie',
        sessionName: 'session',
        absoluteTimeout: '1h',
        cookieConfig: { lifetimeType: 'Permanent' },
      },
    },
  }),
  object(EXPERIMENTAL, 'XMesh', {
    spec: { controllerName: 'pharos.dev/gateway-controller', parametersRef, description: 'for all' },
  }),
  ...everyRouteField,
];
