import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HEADER_VALUES } from '../../src/api/istio/header-value.fixture.ts';
import { findEnvoy } from '../../src/cli/demo/find-envoy.ts';
import { folder } from '../support/folder.ts';

test.each([
  ...HEADER_VALUES.taken.map((value) => [value, 'taken'] as const),
  ...HEADER_VALUES.refused.map((value) => [value, 'refused'] as const),
])('Envoy says the same of the header value %j: it is %s', async (value, verdict) => {
  const { root } = folder();
  const file = join(root, 'bootstrap.json');
  writeFileSync(file, JSON.stringify(bootstrapThatSets(value)));
  const { status, stderr } = spawnSync(
    await findEnvoy(),
    ['--mode', 'validate', '--log-level', 'critical', '-c', file],
    {
      encoding: 'utf8',
    },
  );
  expect([status === 0 ? 'taken' : 'refused', stderr]).toEqual([
    verdict,
    verdict === 'taken' ? '' : expect.any(String),
  ]);
});

function bootstrapThatSets(value: string): object {
  const http = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'test',
    http_filters: [
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          request_headers_to_add: [{ header: { key: 'x-test', value } }],
          routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
        },
      ],
    },
  };
  const listener = {
    name: 'test',
    address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
    filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: http }] }],
  };
  return { static_resources: { listeners: [listener] } };
}
