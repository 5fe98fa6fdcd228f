import { object } from '../object.fixture.ts';
import type { RawObject } from '../object.ts';

const selector = {
  matchLabels: { app: 'cart' },
  matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }],
};
const networks = [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }];
const identities = ['*', '*.shop.serviceaccount.identity.linkerd.cluster.local'];

/** Objects that together set every field of every kind of policy.linkerd.io. */
export const everyLinkerdField: readonly RawObject[] = [
  object('policy.linkerd.io/v1beta3', 'Server', {
    spec: { podSelector: selector, port: 8080, proxyProtocol: 'HTTP/1', accessPolicy: 'all-authenticated' },
  }),
  object('policy.linkerd.io/v1beta2', 'Server', { spec: { externalWorkloadSelector: selector, port: 'http' } }),
  object('policy.linkerd.io/v1beta1', 'ServerAuthorization', {
    spec: {
      server: { name: 'cart' },
      client: {
        networks,
        unauthenticated: false,
        meshTLS: { unauthenticatedTLS: false, identities, serviceAccounts: [{ name: 'web', namespace: 'shop' }] },
      },
    },
  }),
  object('policy.linkerd.io/v1alpha1', 'ServerAuthorization', {
    spec: { server: { selector }, client: { unauthenticated: true } },
  }),
  object('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', {
    spec: {
      targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: 'cart' },
      requiredAuthenticationRefs: [
        { group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: 'web', namespace: 'shop' },
      ],
    },
  }),
  object('policy.linkerd.io/v1alpha1', 'MeshTLSAuthentication', { spec: { identities } }),
  object('policy.linkerd.io/v1alpha1', 'MeshTLSAuthentication', {
    spec: { identityRefs: [{ group: '', kind: 'ServiceAccount', name: 'web', namespace: 'shop' }] },
  }),
  object('policy.linkerd.io/v1beta3', 'HTTPRoute', {
    spec: {
      parentRefs: [
        { group: 'policy.linkerd.io', kind: 'Server', name: 'cart', namespace: 'shop', sectionName: 'a', port: 80 },
      ],
      hostnames: ['cart.example.com'],
      rules: [
        {
          matches: [
            {
              path: { type: 'PathPrefix', value: '/cart' },
              headers: [{ type: 'Exact', name: 'x-user', value: 'eve' }],
              queryParams: [{ type: 'RegularExpression', name: 'page', value: '[0-9]+' }],
              method: 'GET',
            },
          ],
          filters: routeFilters(),
          backendRefs: [
            { group: 'core', kind: 'Service', namespace: 'shop', name: 'cart', port: 80, weight: 1 },
            { name: 'cart', port: 80, filters: routeFilters() },
            {
              name: 'cart',
              port: 80,
              filters: [{ type: 'RequestRedirect', requestRedirect: { path: replacement('ReplacePrefixMatch') } }],
            },
          ],
          timeouts: { request: '1.5s', backendRequest: '500ms' },
        },
        {
          matches: [{ path: { value: '/old' } }],
          filters: [{ type: 'RequestRedirect', requestRedirect: { path: replacement('ReplacePrefixMatch') } }],
        },
      ],
    },
  }),
  object('policy.linkerd.io/v1alpha1', 'NetworkAuthentication', { spec: { networks } }),
];

function routeFilters() {
  const modifier = { set: [{ name: 'x-a', value: 'a' }], add: [{ name: 'x-b', value: 'b' }], remove: ['x-c'] };
  const requestRedirect = {
    scheme: 'https',
    hostname: 'www.example.com',
    path: replacement('ReplaceFullPath'),
    port: 8443,
    statusCode: 301,
  };
  return [
    { type: 'RequestHeaderModifier', requestHeaderModifier: modifier },
    { type: 'ResponseHeaderModifier', responseHeaderModifier: modifier },
    { type: 'RequestRedirect', requestRedirect },
  ];
}

function replacement(type: 'ReplaceFullPath' | 'ReplacePrefixMatch') {
  return type === 'ReplaceFullPath' ? { type, replaceFullPath: '/new' } : { type, replacePrefixMatch: '/new' };
}
