import { object } from '../object.fixture.ts';
import type { RawObject } from '../object.ts';

const GATEWAY = 'gateway.networking.k8s.io/v1';
const parentRefs = [
  {
    group: 'gateway.networking.k8s.io',
    kind: 'Gateway',
    namespace: 'infra',
    name: 'public',
    sectionName: 'a',
    port: 80,
  },
  { group: '', kind: 'Service', name: 'cart', port: 80 },
];
const backend = { group: '', kind: 'Service', namespace: 'shop', name: 'cart', port: 80 };
const backendRefs = [{ ...backend, weight: 9 }];
const modifier = {
  set: [{ name: 'x-a', value: 'one two' }],
  add: [{ name: 'x-b', value: 'three' }],
  remove: ['x-c'],
};
const extension = { type: 'ExtensionRef', extensionRef: { group: 'example.com', kind: 'Quota', name: 'small' } };
const prefix = { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' };
const fullPath = { type: 'ReplaceFullPath', replaceFullPath: '/new' };
const sessionPersistence = {
  type: 'Cookie',
  sessionName: 'session',
  absoluteTimeout: '1h30m',
  cookieConfig: { lifetimeType: 'Permanent' },
};

const httpFilters = [
  { type: 'RequestHeaderModifier', requestHeaderModifier: modifier },
  { type: 'ResponseHeaderModifier', responseHeaderModifier: modifier },
  { type: 'RequestMirror', requestMirror: { backendRef: backend, percent: 20 } },
  { type: 'RequestMirror', requestMirror: { backendRef: backend, fraction: { numerator: 1, denominator: 3 } } },
  { type: 'URLRewrite', urlRewrite: { hostname: 'inside.example.com', path: prefix } },
  {
    type: 'CORS',
    cors: {
      allowOrigins: ['https://*.example.com', 'http://localhost:8080'],
      allowCredentials: true,
      allowMethods: ['GET', 'PUT'],
      allowHeaders: ['x-a'],
      exposeHeaders: ['x-b'],
      maxAge: 60,
    },
  },
  {
    type: 'ExternalAuth',
    externalAuth: {
      protocol: 'HTTP',
      backendRef: backend,
      http: { path: '/may', allowedHeaders: ['x-a'], allowedResponseHeaders: ['x-b'] },
      forwardBody: { maxSize: 1024 },
    },
  },
  extension,
];
const grpcAuth = {
  type: 'ExternalAuth',
  externalAuth: { protocol: 'GRPC', backendRef: backend, grpc: { allowedHeaders: ['x-a'] } },
};
const rewrite = { type: 'URLRewrite', urlRewrite: { hostname: 'inside.example.com', path: fullPath } };

function redirectTo(path: object) {
  const requestRedirect = { scheme: 'https', hostname: 'www.example.com', path, port: 8443, statusCode: 308 };
  return { type: 'RequestRedirect', requestRedirect };
}

const httpMatch = {
  path: { type: 'PathPrefix', value: '/cart' },
  headers: [{ type: 'RegularExpression', name: 'x-user', value: 'e.*' }],
  queryParams: [{ type: 'Exact', name: 'page', value: '1 & 2' }],
  method: 'GET',
};

/** Objects that together set every field of the routes. */
export const everyRouteField: readonly RawObject[] = [
  object(GATEWAY, 'HTTPRoute', {
    spec: {
      parentRefs,
      hostnames: ['*.example.com', 'example.com'],
      useDefaultGateways: 'All',
      rules: [
        {
          name: 'cart',
          matches: [httpMatch],
          filters: httpFilters,
          backendRefs: [{ ...backend, weight: 1, filters: httpFilters }],
          timeouts: { request: '10s', backendRequest: '2s' },
          retry: { codes: [500, 503], attempts: 3, backoff: '100ms' },
          sessionPersistence,
        },
        { name: 'away', matches: [{ path: { value: '/old' } }], filters: [redirectTo(prefix)] },
        { matches: [{ path: { type: 'Exact', value: '/one' } }], filters: [redirectTo(fullPath)] },
        {
          matches: [{ path: { type: 'RegularExpression', value: '/a.*' } }, {}],
          filters: [grpcAuth, rewrite],
          backendRefs: [
            { ...backend, filters: [rewrite, grpcAuth] },
            { ...backend, filters: [redirectTo(fullPath)] },
          ],
        },
        {
          backendRefs: [
            { group: 'networking.istio.io', kind: 'Hostname', name: 'api.example.com', port: 443 },
            { ...backend, filters: [redirectTo(prefix)] },
          ],
        },
      ],
    },
    status: { parents: [] },
  }),
  object(GATEWAY, 'GRPCRoute', {
    spec: {
      parentRefs,
      hostnames: ['grpc.example.com'],
      useDefaultGateways: 'None',
      rules: [
        {
          name: 'cart',
          matches: [
            {
              method: { type: 'Exact', service: 'shop.v1.Cart', method: 'GetItems' },
              headers: [{ type: 'Exact', name: 'x-user', value: 'eve' }],
            },
            { method: { type: 'RegularExpression', service: 'shop\\..*' } },
          ],
          filters: grpcFilters(),
          backendRefs: [{ ...backend, weight: 1, filters: grpcFilters() }],
          sessionPersistence,
        },
      ],
    },
  }),
  object(GATEWAY, 'TLSRoute', {
    spec: {
      parentRefs,
      hostnames: ['sni.example.com'],
      useDefaultGateways: 'None',
      rules: [{ name: 'one', backendRefs }],
    },
  }),
  object('gateway.networking.k8s.io/v1alpha2', 'TLSRoute', { spec: { rules: [{ backendRefs }] } }),
  object(GATEWAY, 'TCPRoute', {
    spec: { parentRefs, useDefaultGateways: 'None', rules: [{ name: 'one', backendRefs }] },
  }),
  object(GATEWAY, 'UDPRoute', {
    spec: { parentRefs, useDefaultGateways: 'None', rules: [{ name: 'one', backendRefs }] },
  }),
];

function grpcFilters() {
  return httpFilters.filter(({ type }) => !['URLRewrite', 'CORS', 'ExternalAuth'].includes(type));
}
