import { expect, test } from 'vitest';
import { canonical, decodeConfigDump } from './index.ts';

const typed = (name: string, message: object) => ({ '@type': `type.googleapis.com/${name}`, ...message });
const section = (name: string, message: object) => typed(`envoy.admin.v3.${name}`, message);
const CLUSTER = 'envoy.config.cluster.v3.Cluster';

test('a dump shows what Envoy has of each dynamic type, in canonical form', () => {
  const dump = {
    configs: [
      section('BootstrapConfigDump', { bootstrap: { node: { id: 'a' } } }),
      section('ClustersConfigDump', {
        static_clusters: [{ cluster: typed(CLUSTER, { name: 'xds' }) }],
        dynamic_active_clusters: [
          {
            version_info: 'v1',
            cluster: typed(CLUSTER, { connect_timeout: '0.25s', name: 'cart', type: 'EDS' }),
            last_updated: '',
          },
        ],
        dynamic_warming_clusters: [{ version_info: 'v2', cluster: typed(CLUSTER, { name: 'pay' }) }],
      }),
      section('ListenersConfigDump', {
        dynamic_listeners: [
          {
            name: 'in',
            active_state: { version_info: 'v3', listener: typed('envoy.config.listener.v3.Listener', { name: 'in' }) },
            error_state: { details: 'no' },
          },
        ],
      }),
      section('RoutesConfigDump', {
        dynamic_route_configs: [
          { version_info: 'v4', route_config: typed('envoy.config.route.v3.RouteConfiguration', { name: '80' }) },
        ],
      }),
      section('EndpointsConfigDump', {
        dynamic_endpoint_configs: [
          { endpoint_config: typed('envoy.config.endpoint.v3.ClusterLoadAssignment', { cluster_name: 'cart' }) },
        ],
      }),
      section('SecretsConfigDump', {
        dynamic_active_secrets: [{ name: 'default', version_info: 'v5', secret: { name: 'default' } }],
      }),
    ],
  };
  expect(decodeConfigDump(dump)).toEqual({
    resources: [
      {
        type: 'cds',
        name: 'cart',
        version: 'v1',
        state: 'active',
        message: { name: 'cart', type: 'EDS', connectTimeout: '0.250s' },
      },
      { type: 'cds', name: 'pay', version: 'v2', state: 'warming', message: { name: 'pay' } },
      { type: 'lds', name: 'in', version: 'v3', state: 'active', message: { name: 'in' } },
      { type: 'rds', name: '80', version: 'v4', state: 'active', message: { name: '80' } },
      { type: 'eds', name: 'cart', version: '', state: 'active', message: { clusterName: 'cart' } },
      { type: 'sds', name: 'default', version: 'v5', state: 'active', message: undefined },
    ],
    opaque: [],
    unread: [],
  });
});

const dumpOf = (cluster: object) => ({
  configs: [{ dynamic_active_clusters: [{ cluster: typed(CLUSTER, cluster) }] }],
});

test('an Any of an unknown type keeps its fields, and is reported', () => {
  const filter = { name: 'a', typed_config: { '@type': 'type.googleapis.com/a.B', some_field: [1] } };
  const { resources, opaque } = decodeConfigDump(dumpOf({ name: 'cart', filters: [filter] }));
  expect(opaque).toEqual(['type.googleapis.com/a.B']);
  expect(resources[0]?.message?.['filters']).toEqual([
    {
      name: 'a',
      typedConfig: typed('xds.type.v3.TypedStruct', { typeUrl: 'type.googleapis.com/a.B', value: { some_field: [1] } }),
    },
  ]);
});

test('a resource with a field that is not in the schema is reported, and the others are read', () => {
  const dump = decodeConfigDump({
    configs: [...dumpOf({ name: 'new', brand_new: 1 }).configs, ...dumpOf({ name: 'old' }).configs],
  });
  expect(dump.resources.map(({ name, message }) => [name, message])).toEqual([
    ['new', undefined],
    ['old', { name: 'old' }],
  ]);
  expect(dump.unread).toEqual([
    { type: 'cds', name: 'new', reason: `${CLUSTER}: brand_new: ${CLUSTER} has no such field` },
  ]);
});

test('what Envoy shows of a literal is the canonical form of the literal', () => {
  const shown = decodeConfigDump(
    dumpOf({ name: 'a', eds_cluster_config: { service_name: 'b' }, connect_timeout: '1s' }),
  );
  expect(shown.resources[0]?.message).toEqual(
    canonical(CLUSTER, { connectTimeout: '1.0s', edsClusterConfig: { serviceName: 'b' }, name: 'a' }),
  );
});
