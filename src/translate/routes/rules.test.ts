import { expect, test } from 'vitest';
import { services, world } from '../../route/testing.ts';
import { fakeView } from '../fake-views.ts';
import { sent } from './testing.ts';

const DELTA = fakeView();
const CART = 'cart.shop.svc.cluster.local';

function cart(http: string): string {
  return `{kind: VirtualService, row: shop/cart, spec: {hosts: [cart], http: ${http}}}`;
}

/** The routes of the one virtual host of cart. */
function cartRoutes(http: string, ...more: readonly string[]) {
  return sent(world(services('shop/cart', 'shop/pay'), ...more, cart(http)), DELTA, 'vhds')[`80/${CART}:80`]!.routes!;
}

test.each([
  [
    "match: [{uri: {prefix: /a}, headers: {u: {exact: e}}, queryParams: {q: {regex: 'x.*'}}}]",
    {
      match: {
        prefix: '/a',
        caseSensitive: true,
        headers: [{ name: 'u', stringMatch: { exact: 'e' } }],
        queryParameters: [{ name: 'q', stringMatch: { safeRegex: { regex: 'x.*' } } }],
      },
      decorator: { operation: `${CART}:80/a*` },
      metadata: {
        filterMetadata: { istio: { config: '/apis/networking.istio.io/v1/namespaces/shop/virtual-service/cart' } },
      },
    },
  ],
  [
    'match: [{uri: {exact: /A}, ignoreUriCase: true, withoutHeaders: {u: {}, w: {exact: "1"}}}]',
    {
      match: {
        path: '/A',
        caseSensitive: false,
        headers: [
          { name: 'u', presentMatch: true, invertMatch: true },
          { name: 'w', stringMatch: { exact: '1' }, invertMatch: true, treatMissingHeaderAsEmpty: true },
        ],
      },
    },
  ],
  ['timeout: 2s', { route: { timeout: '2s', maxGrpcTimeout: '2s' } }],
  [
    "retries: {attempts: 1, retryOn: '5xx,409', perTryTimeout: 1s, backoff: 20ms, retryRemoteLocalities: true}",
    {
      route: {
        retryPolicy: {
          numRetries: 1,
          retryOn: '5xx,retriable-status-codes',
          retriableStatusCodes: [409],
          perTryTimeout: '1s',
          retryBackOff: { baseInterval: '0.020s' },
          retryPriority: { name: 'envoy.retry_priorities.previous_priorities' },
        },
      },
    },
  ],
  ['rewrite: {uri: /b, authority: other}', { route: { prefixRewrite: '/b', hostRewriteLiteral: 'other' } }],
  [
    'mirror: {host: pay}, mirrorPercentage: {value: 12.5}',
    {
      route: {
        requestMirrorPolicies: [
          {
            cluster: 'outbound|80||pay.shop.svc.cluster.local',
            runtimeFraction: { defaultValue: { numerator: 125000, denominator: 'MILLION' } },
            traceSampled: false,
          },
        ],
      },
    },
  ],
  [
    'headers: {request: {set: {a: "1"}, add: {b: "2"}, remove: [c]}}',
    {
      requestHeadersToAdd: [
        { header: { key: 'a', value: '1' }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' },
        { header: { key: 'b', value: '2' } },
      ],
      requestHeadersToRemove: ['c'],
    },
  ],
  [
    'fault: {delay: {fixedDelay: 5s, percentage: {value: 10}}, abort: {httpStatus: 503, percentage: {value: 0.5}}}',
    {
      typedPerFilterConfig: {
        'envoy.filters.http.fault': {
          delay: { fixedDelay: '5s', percentage: { numerator: 100000, denominator: 'MILLION' } },
          abort: { httpStatus: 503, percentage: { numerator: 5000, denominator: 'MILLION' } },
        },
      },
    },
  ],
  [
    'corsPolicy: {allowOrigins: [{prefix: "https://"}], allowMethods: [GET, POST], maxAge: 24h}',
    {
      typedPerFilterConfig: {
        'envoy.filters.http.cors': {
          allowOriginStringMatch: [{ prefix: 'https://' }],
          allowMethods: 'GET,POST',
          maxAge: '86400',
          forwardNotMatchingPreflights: true,
        },
      },
    },
  ],
])('%s', (setting, expected) => {
  expect(cartRoutes(`[{${setting}, route: [{destination: {host: cart}}]}]`)).toMatchObject([expected]);
});

test('retries that are switched off are not there', () => {
  expect(cartRoutes('[{retries: {attempts: 0}, route: [{destination: {host: cart}}]}]')[0]!.route).not.toHaveProperty(
    'retryPolicy',
  );
});

test('several destinations are weighted clusters, each with its own header changes', () => {
  const [route] = cartRoutes(
    '[{route: [{destination: {host: cart}, weight: 90, headers: {response: {set: {v: a}}}}, {destination: {host: pay}, weight: 10, headers: {request: {set: {host: pay}}}}, {destination: {host: pay}}]}]',
  );
  expect(route).toMatchObject({
    decorator: { operation: 'cart:80/*' },
    route: {
      weightedClusters: {
        clusters: [
          { name: `outbound|80||${CART}`, weight: 90, responseHeadersToAdd: [{ header: { key: 'v', value: 'a' } }] },
          { name: 'outbound|80||pay.shop.svc.cluster.local', weight: 10, hostRewriteLiteral: 'pay' },
        ],
      },
    },
  });
});

test('a broken share is a route in front that answers its fraction with 500', () => {
  const routes = cartRoutes(
    '[{route: [{destination: {host: cart}, weight: 3}, {destination: {host: nobody}, weight: 1}]}]',
  );
  expect(routes).toMatchObject([
    {
      match: { prefix: '/', runtimeFraction: { defaultValue: { numerator: 250000, denominator: 'MILLION' } } },
      directResponse: { status: 500 },
    },
    {
      match: { prefix: '/' },
      route: { weightedClusters: { clusters: [{ name: `outbound|80||${CART}`, weight: 3 }] } },
    },
  ]);
});

test('a route of which everything is broken answers 500', () => {
  const nobody = 'route: [{destination: {host: nobody}, weight: 1}, {destination: {host: noone}, weight: 2}]';
  const routes = cartRoutes(`[{match: [{uri: {prefix: /a}}], ${nobody}}]`);
  expect(routes).toMatchObject([{ match: { prefix: '/a' }, directResponse: { status: 500 } }]);
  expect(routes[0]!.match).not.toHaveProperty('runtimeFraction');
});

test.each([
  [
    '{redirect: {uri: /x, authority: a.example.com, redirectCode: 302}}',
    { redirect: { pathRedirect: '/x', hostRedirect: 'a.example.com', responseCode: 'FOUND' } },
  ],
  [
    '{directResponse: {status: 503, body: {string: later}}}',
    { directResponse: { status: 503, body: { inlineString: 'later' } } },
  ],
  ['{directResponse: {status: 200, body: {bytes: /w==}}}', { directResponse: { body: { inlineBytes: '/w==' } } }],
])('%s', (http, expected) => {
  expect(cartRoutes(`[${http}]`)).toMatchObject([expected]);
});

test('requests are hashed by what their destination balances by, and not sent elsewhere on a retry', () => {
  const rule =
    '{kind: DestinationRule, row: shop/cart, spec: {host: cart, trafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {name: c, ttl: 10s}}}}}}';
  const [route] = cartRoutes('[{route: [{destination: {host: cart}}]}]', rule) as [{ route: { retryPolicy: object } }];
  expect(route).toMatchObject({ route: { hashPolicy: [{ cookie: { name: 'c', ttl: '10s' } }] } });
  expect(route.route.retryPolicy).not.toHaveProperty('retryHostPredicate');
});
