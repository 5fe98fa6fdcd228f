import { object } from '../object.fixture.ts';
import type { RawObject } from '../object.ts';

const gateway = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'shop' };

function policy(spec: object, version = 'v1'): RawObject {
  return object(`security.istio.io/${version}`, 'AuthorizationPolicy', { spec });
}

/** Objects that together set every field of AuthorizationPolicy, and have every key of a condition. */
export const everyAuthorizationField: readonly RawObject[] = [
  policy({
    selector: { matchLabels: { app: 'cart' } },
    action: 'DENY',
    rules: [
      {
        from: [
          {
            source: {
              principals: ['cluster.local/ns/shop/sa/web', 'cluster.local/ns/web/*', '*/sa/bot', '*'],
              notPrincipals: ['cluster.local/ns/shop/sa/ops'],
              requestPrincipals: ['https://issuer.example.com/eve', '*'],
              notRequestPrincipals: ['https://issuer.example.com/*'],
              namespaces: ['web', 'web-*'],
              notNamespaces: ['*-ops'],
              ipBlocks: ['10.0.0.0/8', '192.0.2.1'],
              notIpBlocks: ['fd00::/8'],
              remoteIpBlocks: ['198.51.100.0/24'],
              notRemoteIpBlocks: ['198.51.100.7'],
            },
          },
          { source: { serviceAccounts: ['web', 'ops/bot'], notServiceAccounts: ['ops/eve'] } },
        ],
        to: [
          {
            operation: {
              hosts: ['cart.example.com', 'cart.example.com:*', '*.example.org'],
              notHosts: ['a.example.org'],
              ports: ['8080'],
              notPorts: ['9090'],
              methods: ['GET', 'P*', '*'],
              notMethods: ['DELETE'],
              paths: ['/', '/api/*', '*.html', '/users/{*}/carts/{**}', '*'],
              notPaths: ['/api/health'],
            },
          },
        ],
        when: [
          { key: 'request.headers[x-env]', values: ['test-*'], notValues: ['test-1'] },
          { key: 'source.ip', values: ['10.0.0.1'] },
          { key: 'remote.ip', notValues: ['10.0.0.0/24'] },
          { key: 'source.namespace', values: ['web'] },
          { key: 'source.principal', values: ['cluster.local/ns/shop/sa/web'] },
          { key: 'source.serviceAccount', values: ['shop/web'] },
          { key: 'request.auth.principal', values: ['https://issuer.example.com/eve'] },
          { key: 'request.auth.audiences', values: ['cart'] },
          { key: 'request.auth.presenter', values: ['web.example.com'] },
          { key: 'request.auth.claims[realm_access][roles]', values: ['admin'] },
          { key: 'destination.ip', values: ['10.1.0.0/16'] },
          { key: 'destination.port', values: ['8080'] },
          { key: 'connection.sni', values: ['*.example.com'] },
          { key: 'experimental.envoy.filters.network.mysql_proxy[shop.carts]', values: ['[select]', 'insert'] },
        ],
      },
    ],
  }),
  policy({ targetRef: gateway, action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] }, 'v1beta1'),
  policy({ targetRefs: [gateway] }),
];
