import { expect, test } from 'vitest';
import { keyOf, parseObject } from './registry.ts';

function told(apiVersion: string, kind: string, rest: object = {}) {
  const { problems } = parseObject({ apiVersion, kind, metadata: { name: 'x', namespace: 'shop' }, ...rest });
  return problems.map(({ severity, code, message, hint }) => [severity, code, message, hint]);
}

test.each([
  ['networking.istio.io/v1', 'VirtualServices', 'unknown-kind', 'did you mean VirtualService?'],
  ['networking.istio.io/v1', 'virtualservice', 'unknown-kind', 'did you mean VirtualService?'],
  [
    'networking.istio.io/v2',
    'VirtualService',
    'unknown-version',
    'use networking.istio.io/v1, networking.istio.io/v1beta1, networking.istio.io/v1alpha3',
  ],
  [
    'networking.istio/v1',
    'DestinationRule',
    'unknown-version',
    'use networking.istio.io/v1, networking.istio.io/v1beta1, networking.istio.io/v1alpha3',
  ],
  [
    'security.istio.io/v1',
    'VirtualService',
    'unknown-version',
    'use networking.istio.io/v1, networking.istio.io/v1beta1, networking.istio.io/v1alpha3',
  ],
  ['v1', 'EndpointSlice', 'unknown-version', 'use discovery.k8s.io/v1'],
  [
    'gateway.networking.x-k8s.io/v1alpha1',
    'XListenerSet',
    'unknown-kind',
    'write a ListenerSet of gateway.networking.k8s.io/v1',
  ],
  [
    'gateway.networking.k8s.io/v1alpha2',
    'HTTPRoute',
    'unknown-version',
    'use gateway.networking.k8s.io/v1, gateway.networking.k8s.io/v1beta1',
  ],
  ['gateway.networking.k8s.io/v1', 'HttpRoute', 'unknown-kind', 'did you mean HTTPRoute?'],
  ['v1', 'Servce', 'unknown-kind', 'did you mean Service?'],
  ['apps/v1', 'Deploymnt', 'unknown-kind', 'did you mean Deployment?'],
])('%s %s is a mistake with a hint', (apiVersion, kind, code, hint) => {
  expect(told(apiVersion, kind)).toMatchObject([['error', code, expect.any(String), hint]]);
});

test.each([
  ['apps/v1', 'Deployment', []],
  ['v1', 'ServiceAccount', []],
  ['serving.knative.dev/v1', 'Service', ['notice']],
  ['example.com/v1', 'Widget', ['notice']],
  ['inference.networking.k8s.io/v1', 'InferencePool', ['warning']],
  ['networking.istio.io/v1', 'Sidecar', ['warning']],
  ['policy.linkerd.io/v1alpha1', 'EgressNetwork', ['warning']],
])('%s %s is told with severity %j', (apiVersion, kind, severities) => {
  expect(told(apiVersion, kind).map(([severity]) => severity)).toEqual(severities);
});

test('a kind that protects is told in an unknown version, and something stands in for it', () => {
  const raw = { apiVersion: 'security.istio.io/v7', kind: 'PeerAuthentication', metadata: { name: 'x' } };
  const { value, standIn, problems } = parseObject(raw);
  expect(value).toBeUndefined();
  expect(standIn).toMatchObject({ key: keyOf(raw), spec: { mtls: { mode: 'STRICT' } } });
  expect(problems.map(({ code }) => code)).toEqual(['unknown-version', 'fails-closed']);
});

test('a key has the namespace that the API server would give', () => {
  expect(keyOf({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } })).toBe('/Service/default/a');
  expect(keyOf({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', namespace: 'b' } })).toBe('/Node//a');
  expect(keyOf({ apiVersion: 'x.io/v1', kind: 'Y', metadata: { name: 'a' } })).toBe('x.io/Y//a');
});

test('the key of a value is the key of the object', () => {
  const raw = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: {} };
  expect(parseObject(raw).value?.key).toBe(keyOf(raw));
});

test.each([
  ['a name', { name: 'A_b' }, 'metadata.name must be an object name, not "A_b"'],
  ['a namespace', { namespace: 'A' }, 'metadata.namespace must be a DNS label, not "A"'],
])('%s that is none costs the object', (_, metadata, message) => {
  const { value, problems } = parseObject({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'a', ...metadata },
  });
  const inNamespace = parseObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ...metadata } });
  expect(inNamespace.value).toBeUndefined();
  expect(inNamespace.problems.map(({ path, message: text }) => `${path} ${text}`)).toEqual([message]);
  expect(value === undefined).toBe(problems.length > 0);
});

test('a label that is no text costs that label', () => {
  const labels = { version: 1, app: 'cart', 'a b': 'c', 'b/c/d': 'x', bad: 'a b' };
  const { value, problems } = parseObject({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', labels },
  } as never);
  expect(value?.metadata.labels).toEqual({ app: 'cart' });
  expect(problems.map(({ path, hint }) => [path, hint])).toEqual([
    ['metadata.labels.version', 'write it in quotes: "1"'],
    ['metadata.labels["a b"]', undefined],
    ['metadata.labels["b/c/d"]', undefined],
    ['metadata.labels.bad', undefined],
  ]);
});

test('only what says something to the mesh is kept of metadata', () => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', a: 'b' };
  const metadata = { name: 'a', uid: 'x', managedFields: [], annotations, lables: {} };
  const { value, problems } = parseObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
  expect(value?.metadata).toEqual({
    name: 'a',
    namespace: 'default',
    labels: {},
    annotations: { a: 'b' },
    creationTimestamp: undefined,
  });
  expect(problems).toMatchObject([{ path: 'metadata.lables', hint: 'did you mean labels?' }]);
});
