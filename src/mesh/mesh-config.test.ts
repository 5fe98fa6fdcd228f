import { expect, test } from 'vitest';
import { objectKey } from '../api/index.ts';
import { DEFAULT_MESH_CONFIG } from './mesh-config.ts';
import { readMeshConfig } from './mesh-config-map.ts';

const origin = { object: objectKey('', 'ConfigMap', 'istio-system', 'istio'), path: 'data.mesh' };

function read(text: string) {
  const { config, problems } = readMeshConfig(text, DEFAULT_MESH_CONFIG, origin);
  return { config, told: problems.map(({ severity, message }) => `${severity} ${message}`) };
}

test('settings of identity and permission are taken over', () => {
  const { config, told } = read(`
trustDomain: example.org
trustDomainAliases: [cluster.local, old.example.org]
enableAutoMtls: false
meshMTLS: { minProtocolVersion: TLSV1_3, cipherSuites: [ECDHE-RSA-AES256-GCM-SHA384], ecdhCurves: [P-256, X25519] }
tlsDefaults: { minProtocolVersion: TLS_AUTO }
pathNormalization: { normalization: DECODE_AND_MERGE_SLASHES }`);
  expect(told).toEqual([]);
  expect(config).toEqual({
    ...DEFAULT_MESH_CONFIG,
    trustDomain: 'example.org',
    trustDomainAliases: ['cluster.local', 'old.example.org'],
    autoMtls: false,
    meshMtls: {
      minProtocolVersion: 'TLSV1_3',
      cipherSuites: ['ECDHE-RSA-AES256-GCM-SHA384'],
      ecdhCurves: ['P-256', 'X25519'],
    },
    pathNormalization: 'decode-and-merge-slashes',
  });
});

test('nothing said is what Istio takes', () => {
  expect(read('').config).toEqual(DEFAULT_MESH_CONFIG);
  expect(read('pathNormalization: {}').config.pathNormalization).toBe('base');
  expect(read('pathNormalization: { normalization: DEFAULT }').config.pathNormalization).toBe('base');
});

test('providers that decide are taken over, each with its defaults', () => {
  const { config, told } = read(`
extensionProviders:
- name: opa
  envoyExtAuthzGrpc: { service: infra/opa.infra.svc.cluster.local, port: 9191 }
- name: login
  envoyExtAuthzHttp:
    service: login.example.com
    port: 80
    timeout: 1.5s
    pathPrefix: /check
    failOpen: true
    clearRouteCache: true
    statusOnError: "503"
    includeRequestHeadersInCheck: [cookie, x-ext-*]
    includeAdditionalHeadersInCheck: { x-from: mesh }
    includeRequestBodyInCheck: { maxRequestBytes: 1024, allowPartialMessage: true, packAsBytes: true }
    headersToUpstreamOnAllow: [x-user]
    headersToDownstreamOnDeny: [set-cookie]
    headersToDownstreamOnAllow: [x-seen]
- name: old
  envoyExtAuthzHttp: { service: a.b, port: 1, includeHeadersInCheck: [cookie] }`);
  expect(told).toEqual([]);
  expect(config.extensionProviders).toEqual([
    {
      kind: 'grpc',
      name: 'opa',
      service: 'infra/opa.infra.svc.cluster.local',
      port: 9191,
      timeoutMs: 600_000,
      failOpen: false,
      clearRouteCache: false,
      statusOnError: undefined,
      body: undefined,
    },
    {
      kind: 'http',
      name: 'login',
      service: 'login.example.com',
      port: 80,
      timeoutMs: 1500,
      failOpen: true,
      clearRouteCache: true,
      statusOnError: 503,
      body: { maxBytes: 1024, allowPartial: true, asBytes: true },
      pathPrefix: '/check',
      includeRequestHeaders: ['cookie', 'x-ext-*'],
      additionalHeaders: { 'x-from': 'mesh' },
      headersUpstream: ['x-user'],
      headersDownstreamOnDeny: ['set-cookie'],
      headersDownstreamOnAllow: ['x-seen'],
    },
    expect.objectContaining({ name: 'old', includeRequestHeaders: ['cookie'], pathPrefix: '', timeoutMs: 600_000 }),
  ]);
});

test.each([
  ['trustDomain: Example', 'error trustDomain must be a trust domain: a-z, 0-9, -, _ and ., not "Example"'],
  ['trustDomainAliases: [1]', 'error trustDomainAliases[0] must be a text, not 1'],
  ['enableAutoMtls: "no"', 'error enableAutoMtls must be true or false, not "no"'],
  [
    'meshMTLS: { minProtocolVersion: TLSV1_1 }',
    'error meshMTLS.minProtocolVersion must be one of TLS_AUTO, TLSV1_2, TLSV1_3, not "TLSV1_1"',
  ],
  ['tlsDefaults: { ecdhCurve: [P-256] }', 'error tlsDefaults.ecdhCurve unknown field "ecdhCurve"'],
  ['tlsDefaults: { ecdhCurves: [P-256, P-256] }', 'error tlsDefaults.ecdhCurves[1] P-256 is named twice'],
  [
    'pathNormalization: { normalization: ALL }',
    'error pathNormalization.normalization must be one of DEFAULT, NONE, BASE, MERGE_SLASHES, DECODE_AND_MERGE_SLASHES, not "ALL"',
  ],
])('a bad setting costs itself: %s', (text, problem) => {
  expect(read(`${text}\nconnectTimeout: 1s`)).toEqual({
    config: expect.objectContaining({
      connectTimeoutMs: 1000,
      trustDomain: 'cluster.local',
      autoMtls: true,
      pathNormalization: 'base',
    }),
    told: [problem],
  });
});

test('a cipher that Envoy does not know costs itself', () => {
  const { config, told } = read('meshMTLS: { cipherSuites: [RC4, AES128-GCM-SHA256] }');
  expect(config.meshMtls.cipherSuites).toEqual(['AES128-GCM-SHA256']);
  expect(told[0]).toMatch(/^error meshMTLS.cipherSuites\[0\] must be one of .*, not "RC4"$/);
});

test.each([
  ['{ name: a }', 'must have one of envoyExtAuthzHttp, envoyExtAuthzGrpc'],
  ['{ name: a, envoyExtAuthzGrpc: { service: a.b } }', '.envoyExtAuthzGrpc.port is required'],
  [
    '{ name: a, envoyExtAuthzGrpc: { service: a b, port: 1 } }',
    '.envoyExtAuthzGrpc.service must be a host, or namespace/host, not "a b"',
  ],
  [
    '{ name: a, envoyExtAuthzHttp: { service: a.b, port: 1, pathPrefix: x } }',
    '.envoyExtAuthzHttp.pathPrefix must begin with /, not "x"',
  ],
  [
    '{ name: a, envoyExtAuthzHttp: { service: a.b, port: 1, failOpen: 1 } }',
    '.envoyExtAuthzHttp.failOpen must be true or false, not 1',
  ],
  [
    '{ name: a, envoyExtAuthzHttp: { service: a.b, port: 1, statusOnError: "299" } }',
    '.envoyExtAuthzHttp.statusOnError must be an HTTP status like "503", not "299"',
  ],
  [
    '{ name: a, envoyExtAuthzGrpc: { service: a.b, port: 1, pathPrefix: /x } }',
    '.envoyExtAuthzGrpc.pathPrefix unknown field "pathPrefix"',
  ],
  [
    '{ name: a, envoyExtAuthzGrpc: { service: a.b, port: 1, includeRequestBodyInCheck: {} } }',
    '.envoyExtAuthzGrpc.includeRequestBodyInCheck.maxRequestBytes is required',
  ],
  ['{ name: good, envoyExtAuthzGrpc: { service: a.b, port: 1 } }', '.name good is taken by an earlier provider'],
])('a provider with a mistake is none: %s', (provider, message) => {
  const good = '{ name: good, envoyExtAuthzGrpc: { service: c.d, port: 1 } }';
  const { config, told } = read(`extensionProviders: [${good}, ${provider}]`);
  expect(config.extensionProviders.map(({ name, service }) => [name, service])).toEqual([['good', 'c.d']]);
  expect(told).toHaveLength(1);
  expect(told[0]?.replace(/^error extensionProviders\[1\] ?/, '')).toBe(message);
});

test('providers of other things are left to others, with a notice', () => {
  const { config, told } = read(`
extensionProviders:
- { name: a, zipkin: { service: z, port: 1 } }
- { name: b, envoyExtAuthzGrpc: { service: c.d, port: 1 } }
- { name: c }`);
  expect(config.extensionProviders.map(({ name }) => name)).toEqual(['b']);
  expect(told).toEqual([
    'notice extensionProviders[0].zipkin is not applied by this version of pharos',
    'error extensionProviders[2] must have one of envoyExtAuthzHttp, envoyExtAuthzGrpc',
  ]);
});

test('a least version for all other TLS is no setting of Istio either, and is told', () => {
  expect(read('tlsDefaults: { minProtocolVersion: TLSV1_3, ecdhCurves: [P-256] }').told).toEqual([
    'notice tlsDefaults.minProtocolVersion is not applied, in Istio neither: each Gateway and DestinationRule says its own',
  ]);
});
