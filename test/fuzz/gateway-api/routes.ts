import fc from 'fast-check';
import type { RawObject } from '../../../src/api/index.ts';
import { maybe, namespace, often, seldom, usually } from './chance.ts';
import {
  GATEWAY_API,
  GATEWAYS,
  HOSTNAMES,
  LISTENER_SETS,
  ROUTES,
  type RouteKind,
  SECTIONS,
  SERVICES,
} from './names.ts';

const gatewayParent = fc.record({
  name: usually<string>(...GATEWAYS),
  namespace: maybe(namespace),
  sectionName: seldom(fc.constantFrom(...SECTIONS)),
  port: seldom(fc.constantFrom(80, 443, 8080)),
});
const setParent = fc.record({
  group: fc.constant(GATEWAY_API),
  kind: fc.constant('ListenerSet'),
  name: usually<string>(...LISTENER_SETS),
  namespace: maybe(namespace),
  sectionName: seldom(fc.constantFrom(...SECTIONS)),
});
const serviceParent = fc.record({
  group: fc.constant(''),
  kind: fc.constant('Service'),
  name: fc.constantFrom(...SERVICES),
  namespace: maybe(namespace),
  port: maybe(fc.constantFrom(80, 81)),
});
const strangeParent = fc.constant({ group: 'example.com', kind: 'Balancer', name: 'x' });

interface Parent {
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string | undefined;
}

/** Nobody twice: who is, must be named by parts in one way. */
const parentRefs = fc.uniqueArray(
  fc.oneof(
    { weight: 12, arbitrary: gatewayParent },
    { weight: 3, arbitrary: setParent },
    { weight: 3, arbitrary: serviceParent },
    { weight: 1, arbitrary: strangeParent },
  ) as fc.Arbitrary<Parent>,
  { minLength: 1, maxLength: 4, size: 'max', selector: ({ kind, namespace, name }) => `${kind} ${namespace} ${name}` },
);

const backend = {
  name: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...SERVICES) },
    { weight: 1, arbitrary: fc.constant('missing') },
  ),
  namespace: seldom(namespace),
  port: usually(80, 81, 90, 53),
};
const backendRef = fc.oneof(
  { weight: 14, arbitrary: fc.record(backend) },
  { weight: 1, arbitrary: fc.constant({ group: 'example.com', kind: 'Bucket', name: 'x' }) },
  {
    weight: 1,
    arbitrary: fc.constant({
      group: 'networking.istio.io',
      kind: 'Hostname',
      name: 'cart.shop.svc.cluster.local',
      port: 80,
    }),
  },
);
const weight = maybe(fc.constantFrom(0, 1, 1, 3, 100));

const header = fc.record({ name: fc.constantFrom('x-one', 'X-Two', 'x-three'), value: fc.constantFrom('v', 'w') });
const modifier = fc.record({
  set: maybe(header.map((one) => [one])),
  add: maybe(header.map((one) => [one])),
  remove: maybe(fc.constant(['x-gone'])),
});
const harmless = fc.oneof(
  modifier.map((requestHeaderModifier) => ({ type: 'RequestHeaderModifier', requestHeaderModifier })),
  modifier.map((responseHeaderModifier) => ({ type: 'ResponseHeaderModifier', responseHeaderModifier })),
  fc
    .record({ backendRef: fc.record(backend), percent: maybe(fc.constantFrom(0, 50, 100)) })
    .map((requestMirror) => ({ type: 'RequestMirror', requestMirror })),
);
const extension: fc.Arbitrary<Filter> = fc.constant({
  type: 'ExtensionRef',
  extensionRef: { group: 'x.y', kind: 'Quota', name: 'q' },
});
const cors = fc.constant({ type: 'CORS', cors: { allowOrigins: ['https://*.example'], allowMethods: ['GET'] } });
const auth = fc
  .record(backend)
  .map((backendRef) => ({ type: 'ExternalAuth', externalAuth: { protocol: 'HTTP', backendRef, http: {} } }));
const fullPath = fc.constant({ type: 'ReplaceFullPath', replaceFullPath: '/new' });
const prefixPath = fc.constantFrom(
  { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' },
  { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' },
);
const rewriteTo = (path: fc.Arbitrary<object>) =>
  fc
    .record({ hostname: maybe(fc.constant('inside.example')), path: maybe(path) })
    .map((urlRewrite) => ({ type: 'URLRewrite', urlRewrite }));
const redirectTo = (path: fc.Arbitrary<object>) =>
  fc
    .record({
      scheme: maybe(fc.constantFrom('http', 'https')),
      hostname: maybe(fc.constant('away.example')),
      port: maybe(fc.constantFrom(80, 8443)),
      path: maybe(path),
      statusCode: maybe(fc.constantFrom(301, 302, 303, 307, 308)),
    })
    .map((requestRedirect) => ({ type: 'RequestRedirect', requestRedirect }));

type Filter = { readonly type: string };

function filtersOf(...kinds: readonly fc.Arbitrary<Filter>[]): fc.Arbitrary<readonly Filter[] | undefined> {
  return maybe(fc.uniqueArray(fc.oneof(...kinds), { maxLength: 2, selector: ({ type }) => type }));
}

const path = fc.oneof(
  fc.record({ type: fc.constant('Exact'), value: fc.constantFrom('/', '/a', '/a/', '/a/b') }),
  fc.record({
    type: maybe(fc.constant('PathPrefix')),
    value: fc.constantFrom('/', '/a', '/a/', '/a/b', '/b', '/shop.Cart'),
  }),
  fc.record({ type: fc.constant('RegularExpression'), value: fc.constantFrom('/a.*', '/[ab]', '/a/(b|c)', '.*b') }),
);
const valueMatch = (names: readonly string[]) =>
  fc.uniqueArray(
    fc.oneof(
      fc.record({ name: fc.constantFrom(...names), value: fc.constantFrom('v', 'w') }),
      fc.record({
        type: fc.constant('RegularExpression'),
        name: fc.constantFrom(...names),
        value: fc.constantFrom('v|w', '.+'),
      }),
    ),
    { maxLength: 2, selector: ({ name }) => name },
  );
const httpMatch = fc.record({
  path: often(path),
  headers: seldom(valueMatch(['x-one', 'X-Two', 'x-two'])),
  queryParams: seldom(valueMatch(['p', 'q', 'P'])),
  method: seldom(fc.constantFrom('GET', 'POST')),
});
const grpcMatch = fc.record({
  method: maybe(
    fc.oneof(
      fc.record({ service: fc.constantFrom('shop.Cart', 'shop.Mail') }),
      fc.record({ method: fc.constantFrom('Get', 'Put') }),
      fc.record({
        type: fc.constant('Exact'),
        service: fc.constantFrom('shop.Cart', 'shop'),
        method: fc.constantFrom('Get', 'Put'),
      }),
      fc.record({
        type: fc.constant('RegularExpression'),
        service: fc.constant('shop\\..*|x'),
        method: maybe(fc.constant('G.*|P')),
      }),
    ),
  ),
  headers: seldom(valueMatch(['x-one', 'X-Two'])),
});

const session = seldom(fc.constantFrom({ sessionName: 's' }, { type: 'Header', sessionName: 'x-s' }));
const timeouts = seldom(fc.constantFrom({ request: '10s', backendRequest: '2s' }, { request: '0s' }));
const retry = seldom(fc.constantFrom({ attempts: 2, codes: [503] }, { backoff: '100ms' }));
const name = often(fc.boolean());

/** Of a rule with one match, and that by a prefix, prefixes can be replaced. */
const httpRule = fc.oneof(
  { weight: 5, arbitrary: forwarding(fc.array(httpMatch, { maxLength: 2 }), fullPath) },
  {
    weight: 2,
    arbitrary: forwarding(
      fc.constantFrom('/a', '/b', '/').map((value) => [{ path: { value } }]),
      prefixPath,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      name,
      matches: maybe(fc.array(httpMatch, { maxLength: 2 })),
      filters: redirectTo(fullPath).map((one) => [one]),
    }),
  },
);

function forwarding(matches: fc.Arbitrary<readonly object[]>, replacing: fc.Arbitrary<object>) {
  return fc.record({
    name,
    matches: often(matches),
    filters: filtersOf(
      harmless,
      harmless,
      harmless,
      harmless,
      rewriteTo(replacing),
      rewriteTo(replacing),
      cors,
      auth,
      extension,
    ),
    backendRefs: often(
      fc.array(
        fc
          .tuple(
            backendRef,
            weight,
            filtersOf(harmless, harmless, harmless, rewriteTo(replacing), redirectTo(replacing), cors, extension),
          )
          .map(([ref, weight, filters]) => ({ ...ref, weight, filters: withoutClash(filters) })),
        { maxLength: 3 },
      ),
    ),
    timeouts,
    retry,
    sessionPersistence: session,
  });
}

function withoutClash(filters: readonly Filter[] | undefined): readonly Filter[] | undefined {
  const redirects = filters?.some(({ type }) => type === 'RequestRedirect');
  return redirects ? filters?.filter(({ type }) => type !== 'URLRewrite') : filters;
}

const grpcRule = fc.record({
  name,
  matches: often(fc.array(grpcMatch, { maxLength: 2 })),
  filters: filtersOf(harmless, harmless, harmless, extension),
  backendRefs: often(
    fc.array(
      fc.tuple(backendRef, weight).map(([ref, weight]) => ({ ...ref, weight })),
      { maxLength: 3 },
    ),
  ),
  sessionPersistence: session,
});
const l4Rule = fc.record({
  name,
  backendRefs: fc.array(
    fc.tuple(backendRef, weight).map(([ref, weight]) => ({ ...ref, weight })),
    { minLength: 1, maxLength: 3 },
  ),
});

const hostnames = maybe(fc.uniqueArray(fc.constantFrom(...HOSTNAMES), { maxLength: 3 }));
const common = { parentRefs: often(parentRefs), useDefaultGateways: seldom(fc.constantFrom('All', 'None')) };

/** Rules are known by their names, where they have any. */
function named(rules: fc.Arbitrary<readonly { readonly name?: unknown }[] | undefined>) {
  return rules.map((all) => all?.map((rule, i) => ({ ...rule, name: rule.name ? `rule-${i}` : undefined })));
}

const http = fc.record({
  ...common,
  hostnames,
  rules: named(often(fc.array(httpRule, { minLength: 1, maxLength: 4 }))),
});
const grpc = fc.record({ ...common, hostnames, rules: named(often(fc.array(grpcRule, { maxLength: 3 }))) });
const tls = fc.record({
  ...common,
  hostnames: hostnames.map((all) => (all?.length ? all : ['a.example'])),
  rules: named(l4Rule.map((one) => [one])),
});
const connections = fc.record({ ...common, rules: named(l4Rule.map((one) => [one])) });

function route(kind: RouteKind, spec: fc.Arbitrary<object>, version = 'v1'): fc.Arbitrary<RawObject> {
  return fc
    .record({
      name: fc.constantFrom(...ROUTES),
      namespace,
      creationTimestamp: maybe(fc.constantFrom('2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z')),
      generation: maybe(fc.constantFrom(1, 3)),
      spec,
    })
    .map(({ spec, ...metadata }) => ({ apiVersion: `${GATEWAY_API}/${version}`, kind, metadata, spec }));
}

export const routes: fc.Arbitrary<RawObject> = fc.oneof(
  { weight: 8, arbitrary: route('HTTPRoute', http) },
  { weight: 1, arbitrary: route('HTTPRoute', http, 'v1beta1') },
  { weight: 3, arbitrary: route('GRPCRoute', grpc) },
  { weight: 2, arbitrary: route('TLSRoute', tls) },
  { weight: 1, arbitrary: route('TCPRoute', connections) },
  { weight: 1, arbitrary: route('UDPRoute', connections) },
);
