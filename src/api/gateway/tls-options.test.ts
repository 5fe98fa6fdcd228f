import { expect, test } from 'vitest';
import type { RawObject } from '../object.ts';
import { kubernetesGatewayKind } from './gateway.ts';

function parse(options: unknown): ReturnType<typeof kubernetesGatewayKind.parse> {
  const tls = { certificateRefs: [{ name: 'c' }], options };
  const https = { name: 'https', port: 443, protocol: 'HTTPS', tls };
  const spec = { gatewayClassName: 'pharos', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }, https] };
  const metadata = { name: 'a', namespace: 'infra' };
  return kubernetesGatewayKind.parse({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata,
    spec,
  } as RawObject);
}

test('options of other programs are told to have no effect, our own are not', () => {
  const { problems, value } = parse({ 'example.com/a': 'b', 'pharos.dev/tls-min-version': '1.2' });
  expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    'notice: example.com/a is no option that is known here; it has no effect',
  ]);
  expect(value!.spec.listeners).toHaveLength(2);
});

test('options that cannot be read cost the listener, since they may ask for certificates of clients', () => {
  expect(parse({ 'gateway.istio.io/tls-terminate-mode': 1 }).value!.spec.listeners.map(({ name }) => name)).toEqual([
    'http',
  ]);
});
