import { object } from '../object.fixture.ts';
import type { RawObject } from '../object.ts';

/** Objects that together set every field of a VirtualService. */
export const everyVirtualServiceField: readonly RawObject[] = [
  object('networking.istio.io/v1', 'VirtualService', {
    spec: {
      hosts: ['reviews', 'tls.example.com'],
      gateways: ['mesh', 'infra/public'],
      exportTo: ['.', 'shop'],
      http: [
        {
          name: 'canary',
          match: [
            {
              name: 'jason',
              uri: { prefix: '/api' },
              ignoreUriCase: true,
              scheme: { exact: 'http' },
              method: { regex: 'GET|HEAD' },
              authority: { prefix: 'reviews' },
              headers: { a: { exact: 'x' }, b: { prefix: 'x' }, c: { regex: 'x+' }, d: {} },
              withoutHeaders: { a: { exact: 'x' }, b: { prefix: 'x' }, c: { regex: 'x+' } },
              queryParams: { a: { exact: 'x' }, b: { prefix: 'x' }, c: { regex: 'x+' } },
              port: 80,
              gateways: ['mesh'],
              sourceLabels: { app: 'web' },
              sourceNamespace: 'web',
              statPrefix: 'x',
            },
            { uri: { exact: '/' }, scheme: { prefix: 'h' }, method: { exact: 'GET' }, authority: { exact: 'reviews' } },
            {
              uri: { regex: '/v[0-9]+' },
              scheme: { regex: 'https?' },
              method: { prefix: 'P' },
              authority: { regex: 'r.*' },
            },
          ],
          route: [
            { destination: destination(), weight: 90, headers: headers() },
            { destination: { host: 'reviews', subset: 'v3' }, weight: 10 },
          ],
          rewrite: { uri: '/', authority: 'reviews.internal' },
          timeout: '1h30m',
          retries: {
            attempts: 3,
            perTryTimeout: '1.5s',
            retryOn: '5xx,connect-failure,503',
            retryRemoteLocalities: true,
            retryIgnorePreviousHosts: false,
            backoff: '25ms',
          },
          fault: {
            delay: { fixedDelay: '5s', percentage: { value: 0.1 } },
            abort: { httpStatus: 503, percentage: { value: 10 } },
          },
          mirror: destination(),
          mirrorPercentage: { value: 50 },
          corsPolicy: {
            allowOrigin: ['https://old.example.com'],
            allowOrigins: [{ exact: 'https://a' }, { prefix: 'https://' }, { regex: 'https://.*' }],
            allowMethods: ['GET', '*'],
            allowHeaders: ['x-a'],
            exposeHeaders: ['x-b'],
            maxAge: '24h',
            allowCredentials: true,
            unmatchedPreflights: 'FORWARD',
          },
          headers: headers(),
        },
        {
          match: [{ port: 81 }],
          route: [{ destination: destination() }],
          rewrite: { uriRegexRewrite: { match: '^/(.*)$', rewrite: '/x/\\1' } },
          fault: { delay: { exponentialDelay: '5s', percent: 5 }, abort: { grpcStatus: 'UNAVAILABLE' } },
          mirrors: [{ destination: destination(), percentage: { value: 50 } }],
          mirrorPercent: 5,
          mirror_percent: 5,
        },
        { match: [{ port: 82 }], route: [{ destination: destination() }], fault: { abort: { http2Error: 'x' } } },
        {
          match: [{ port: 83 }],
          redirect: { uri: '/new', authority: 'example.com', port: 443, scheme: 'https', redirectCode: 308 },
        },
        { match: [{ port: 84 }], redirect: { prefixRewrite: '/new', derivePort: 'FROM_REQUEST_PORT' } },
        { match: [{ port: 85 }], directResponse: { status: 503, body: { string: 'closed' } } },
        { match: [{ port: 86 }], directResponse: { status: 200, body: { bytes: 'QUJD' } } },
        { match: [{ port: 87 }], delegate: { name: 'reviews', namespace: 'shop' } },
      ],
      tls: [
        {
          match: [
            {
              sniHosts: ['tls.example.com'],
              destinationSubnets: ['10.0.0.0/8'],
              port: 443,
              sourceLabels: { app: 'web' },
              sourceNamespace: 'web',
              gateways: ['mesh'],
            },
          ],
          route: [{ destination: destination(), weight: 100 }],
        },
      ],
      tcp: [
        {
          match: [
            {
              destinationSubnets: ['10.0.0.1'],
              port: 3306,
              sourceSubnet: '10.0.0.0/8',
              sourceLabels: { app: 'web' },
              sourceNamespace: 'web',
              gateways: ['mesh'],
            },
          ],
          route: [{ destination: destination(), weight: 100 }],
        },
      ],
    },
    status: { conditions: [] },
  }),
];

function destination() {
  return { host: 'reviews.shop.svc.cluster.local', subset: 'v1', port: { number: 80 } };
}

function headers() {
  const operations = { set: { 'x-a': '1' }, add: { 'x-b': '2' }, remove: ['x-c'] };
  return { request: operations, response: operations };
}
