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
  object('policy.linkerd.io/v1alpha1', 'NetworkAuthentication', { spec: { networks } }),
];
