import { expect, test } from 'vitest';
import { parseObject } from '../registry.ts';

function parse(kind: string, body: object, metadata: object = {}) {
  const apiVersion = kind === 'EndpointSlice' ? 'discovery.k8s.io/v1' : 'v1';
  const { value, problems } = parseObject({ apiVersion, kind, metadata: { name: 'x', ...metadata }, ...body });
  return {
    value: value as Record<string, never> | undefined,
    told: problems.map(({ severity, path, message }) => `${severity} ${path} ${message}`),
  };
}

test('a pod as kubectl prints it has no problem, and only what a mesh looks at is kept', () => {
  const { value, told } = parse(
    'Pod',
    {
      spec: {
        containers: [
          { name: 'a', image: 'b', command: ['x'], livenessProbe: {}, ports: [{ containerPort: 80, protocol: 'TCP' }] },
        ],
        dnsPolicy: 'ClusterFirst',
        serviceAccountName: 'default',
        nodeName: 'n1',
      },
      status: {
        phase: 'Running',
        podIP: '10.0.0.1',
        startTime: null,
        conditions: [{ type: 'Ready', status: 'True', lastProbeTime: null }],
      },
    },
    { creationTimestamp: null },
  );
  expect(told).toEqual([]);
  expect(value).toMatchObject({
    spec: { containers: [{ name: 'a', image: 'b', ports: [{ containerPort: 80, protocol: 'TCP' }] }], nodeName: 'n1' },
    status: { podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
  });
  expect(Object.keys(value!['spec']!)).toEqual(['containers', 'serviceAccountName', 'nodeName']);
});

test('a misspelt field that a mesh looks at is seen between those it does not', () => {
  expect(
    parse('Pod', { spec: { volumes: [], serviceAcountName: 'a', containers: [{ name: 'a', port: [] }] } }).told,
  ).toEqual([
    'error spec.containers[0].port unknown field "port"',
    'error spec.serviceAcountName unknown field "serviceAcountName"',
  ]);
});

test('null is absent in kinds of Kubernetes', () => {
  expect(parse('EndpointSlice', { addressType: 'IPv4', endpoints: null, ports: null })).toMatchObject({
    told: [],
    value: { addressType: 'IPv4' },
  });
});

test.each([
  ['an address that is none', { addresses: ['10.0.0'] }],
  ['no address', { addresses: [] }],
  ['conditions that cannot be read', { addresses: ['10.0.0.2'], conditions: { ready: 'yes' } }],
])('%s costs the endpoint', (_, endpoint) => {
  const good = { addresses: ['10.0.0.1'] };
  const { value, told } = parse('EndpointSlice', { addressType: 'IPv4', endpoints: [endpoint, good] });
  expect(value).toMatchObject({ endpoints: [good] });
  expect(told).toHaveLength(1);
});

test.each([
  ['selector', { selector: { app: 1 } }],
  ['type', { type: 'Headless' }],
  ['ExternalName', { type: 'ExternalName' }],
])('a mistake in %s costs the service', (_, spec) => {
  const { value, told } = parse('Service', { spec: { ports: [{ port: 80 }], ...spec } });
  expect(value).toBeUndefined();
  expect(told).toHaveLength(1);
});

test('a bad port costs that port', () => {
  const ports = [
    { name: 'a', port: 80 },
    { name: 'b', port: 0 },
    { name: 'a', port: 81 },
    { name: 'c', port: 80 },
  ];
  const { value, told } = parse('Service', { spec: { ports } });
  expect(value).toMatchObject({ spec: { ports: [{ name: 'a', port: 80 }] } });
  expect(told).toEqual([
    'error spec.ports[1].port must be a whole number between 1 and 65535, not 0',
    'error spec.ports[2].name name "a" is taken by an earlier one of the list',
    'error spec.ports[3].port 80 is there twice',
  ]);
});

test('a service whose exportTo cannot be read is seen by nobody', () => {
  const annotations = { 'networking.istio.io/exportTo': '., Not A Namespace' };
  const { value, told } = parse('Service', { spec: {} }, { annotations });
  expect(value).toBeUndefined();
  expect(told).toEqual([
    'error metadata.annotations["networking.istio.io/exportTo"] must be *, ., ~ or the name of a namespace, not "Not A Namespace"',
  ]);
});

test('what Kubernetes writes into every service is not told; what is asked for and not applied is', () => {
  const usual = { sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' };
  expect(parse('Service', { spec: usual }).told).toEqual([]);
  expect(parse('Service', { spec: { ...usual, sessionAffinity: 'ClientIP' } }).told).toMatchObject([
    expect.stringContaining('notice spec.sessionAffinity session affinity is not applied'),
  ]);
});

test('a secret is never shown', () => {
  const { told } = parse('Secret', { data: { key: 'p@ssw0rd' }, stringData: { other: 12_345 } });
  expect(told).toHaveLength(2);
  expect(told.join()).not.toMatch(/ssw0rd|12345/);
  expect(parse('Secret', { data: 'p@ssw0rd' }).told).toEqual(['error data must be a map']);
});
