import { object } from '../object.fixture.ts';
import type { RawObject } from '../object.ts';

const selector = { matchLabels: { app: 'cart' } };
const gateway = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'shop' };

/** Objects that together set every field of PeerAuthentication and RequestAuthentication. */
export const everySecurityField: readonly RawObject[] = [
  object('security.istio.io/v1', 'PeerAuthentication', {
    spec: { selector, mtls: { mode: 'STRICT' }, portLevelMtls: { 8080: { mode: 'DISABLE' } } },
    status: { conditions: [] },
  }),
  object('security.istio.io/v1', 'RequestAuthentication', {
    spec: {
      selector,
      jwtRules: [
        {
          issuer: 'https://issuer.example.com',
          audiences: ['cart'],
          jwksUri: 'https://issuer.example.com/keys',
          fromHeaders: [{ name: 'x-token', prefix: 'Token ' }],
          fromParams: ['token'],
          fromCookies: ['session'],
          outputPayloadToHeader: 'x-payload',
          forwardOriginalToken: true,
          outputClaimToHeaders: [{ header: 'x-user', claim: 'sub' }],
          timeout: '5s',
          spaceDelimitedClaims: ['roles'],
        },
        { issuer: 'a@example.com', jwks: '{"keys":[{"kty":"RSA","e":"AQAB","n":"xAE7eB6q"}]}' },
        { jwks_uri: 'http://keys.example.com' },
      ],
    },
  }),
  object('security.istio.io/v1beta1', 'RequestAuthentication', { spec: { targetRef: gateway } }),
  object('security.istio.io/v1beta1', 'RequestAuthentication', { spec: { targetRefs: [gateway] } }),
];
