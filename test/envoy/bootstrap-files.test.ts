import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildBootstrap } from '../../src/translate/bootstrap/index.ts';
import { validate } from '../support/envoy.ts';

const xds = { address: '127.0.0.1', port: 15010 };
const common = { namespace: 'bookinfo', addresses: ['127.0.0.1'], xds } as const;

test.each(['gateway', 'sidecar', 'plain'])('a stock Envoy accepts envoy/%s.yaml without a warning', async (name) => {
  expect(await validate(bootstrapFile(name))).toBe('');
});

test('envoy/gateway.yaml is what pharos builds for a gateway', () => {
  const built = buildBootstrap({ ...common, role: 'router', name: 'gateway', labels: { istio: 'ingressgateway' } });
  expect(camelKeys(bootstrapFile('gateway'))).toEqual(built);
});

test('envoy/sidecar.yaml is what pharos builds for a sidecar that nobody redirects connections to', () => {
  const proxy = { role: 'sidecar', name: 'client', labels: { app: 'client' } } as const;
  const built = buildBootstrap({ ...common, ...proxy, interception: 'none', httpProxyPort: 15080 });
  expect(camelKeys(bootstrapFile('sidecar'))).toEqual(built);
});

function bootstrapFile(name: string): object {
  return parse(readFileSync(join(import.meta.dirname, `../../envoy/${name}.yaml`), 'utf8'));
}

/** Files have the names of Envoy's documents, the code has those of ProtoJSON. Names with dots, and Istio's in capitals, are data. */
function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [camel(key), camelKeys(item)]));
}

function camel(key: string): string {
  return /[.A-Z@]/.test(key) ? key : key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
