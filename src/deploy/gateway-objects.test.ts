import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type KubernetesGateway, parseObject, type RawObject } from '../api/index.ts';
import type { Listener } from '../route/index.ts';
import { gatewayObjects } from './gateway-objects.ts';

const OPTIONS = {
  xds: { address: 'pharos.pharos-system.svc', port: 15_010 },
  image: 'envoy',
  replicas: 2,
  tokenAudience: 'istio-ca',
};

function objects(name = 'public', spec = '{}') {
  const raw = parse(`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: infra }
spec: { gatewayClassName: pharos, infrastructure: ${spec}, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`) as RawObject;
  const { value, problems } = parseObject(raw);
  if (!value) throw new Error(JSON.stringify(problems));
  const listeners = [
    { port: 80, protocol: 'HTTP' },
    { port: 80, protocol: 'HTTPS' },
    { port: 53, protocol: 'UDP' },
  ] as unknown as readonly Listener[];
  return gatewayObjects(value as KubernetesGateway, listeners, OPTIONS) as Shown[];
}

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes, as a test looks into them
type Shown = Record<string, any>;

test('labels and annotations of the infrastructure are on every object and on the Pods; ours hold beside them', () => {
  const spec =
    '{ labels: { team: edge, gateway.networking.k8s.io/gateway-name: other }, annotations: { note: hello } }';
  const all = objects('public', spec);
  expect(all.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'ConfigMap', 'Deployment', 'Service']);
  const pod = all[2]!.spec.template;
  for (const { metadata } of [...all, pod]) {
    expect(metadata.labels).toMatchObject({ team: 'edge', 'gateway.networking.k8s.io/gateway-name': 'public' });
    expect(metadata.annotations).toEqual({ note: 'hello' });
  }
});

test('each port is open once for each transport', () => {
  const [, , deployment, service] = objects();
  const wanted = [
    { name: 'tcp-80', port: 80, protocol: 'TCP' },
    { name: 'udp-53', port: 53, protocol: 'UDP' },
  ];
  expect(service!.spec.ports).toEqual(wanted);
  expect(deployment!.spec.template.spec.containers[0].ports).toHaveLength(2);
});

test('a name that is too long for a Service is cut, and two such names stay two', () => {
  const names = ['a', 'b'].map((end) => objects(`${'x'.repeat(100)}${end}`)[3]!.metadata.name as string);
  expect(names.map(({ length }) => length)).toEqual([63, 63]);
  expect(new Set(names).size).toBe(2);
});

test('the bootstrap names the Gateway, and leaves the id to the arguments, since only the Pod knows its address', () => {
  const bootstrap = JSON.parse(objects()[1]!.data['envoy.json']);
  expect(bootstrap.node.id).toBeUndefined();
  expect(objects()[2]!.spec.template.spec.containers[0].args).toContain(
    'router~$(POD_IP)~$(POD_NAME).infra~infra.svc.cluster.local',
  );
  expect(bootstrap.node.metadata.LABELS).toMatchObject({ 'gateway.networking.k8s.io/gateway-name': 'public' });
});
