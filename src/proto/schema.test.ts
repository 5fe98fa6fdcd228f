import { fromJson, toJson } from 'protobufjs/ext/protojson.js';
import { expect, test } from 'vitest';
import { decode, encodeMessage } from './index.ts';
import { loadRoot } from './root.ts';
import { type FieldSchema, messageSchema, schema } from './schema.ts';

const root = loadRoot();
const { messages, enums } = schema();

test('every field of every message is encoded and decoded as protobufjs does it', () => {
  const different: string[] = [];
  for (const name of Object.keys(messages)) {
    const type = root.lookupType(name);
    for (const field of messageSchema(name).fields) {
      if (name.startsWith('google.protobuf.')) continue;
      const message = { [field.json]: sample(field) };
      const ours = encodeMessage(name as never, message);
      const theirs = JSON.stringify(toJson(type, fromJson(type, message)));
      const read = JSON.stringify(toJson(type, type.decode(ours)));
      if (read !== theirs || JSON.stringify(decode(name, ours)) !== theirs) different.push(`${name}.${field.name}`);
    }
  }
  expect(different).toEqual([]);
});

test('a 32-bit float is read as the shortest decimal that is the same float', () => {
  const name = 'envoy.extensions.http.cache.file_system_http_cache.v3.FileSystemHttpCacheConfig';
  expect(decode(name, encodeMessage(name, { evictFraction: 0.1 }))).toEqual({ evictFraction: 0.1 });
});

test('what later Envoys have added to a message stands next to what it had', () => {
  const message = messageSchema('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext');
  expect(message.fields.map((field) => `${field.number} ${field.json}`)).toEqual([
    '1 commonTlsContext',
    '2 sni',
    '3 allowRenegotiation',
    '4 maxSessionKeys',
    '5 enforceRsaKeyUsage',
    '6 autoHostSni',
    '7 autoSniSanValidation',
  ]);
  expect(fieldOf('envoy.config.rbac.v3.Principal', 'custom').oneof).toBe('identifier');
  expect(enums['envoy.admin.v3.ClientResourceStatus']).toMatchObject({ NACKED: 4, RECEIVED_ERROR: 5 });
});

test('a rule that later Envoys have dropped is dropped', () => {
  expect(fieldOf('envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor', 'grpcService').rules).toBeUndefined();
  expect(fieldOf('envoy.config.cluster.v3.Cluster', 'healthChecks').rules).toEqual({ repeated: { max_items: 8 } });
});

function fieldOf(name: string, json: string): FieldSchema {
  return messageSchema(name).fields.find((field) => field.json === json)!;
}

function sample(field: FieldSchema): unknown {
  const one = field.of === undefined ? sampleScalar(field) : sampleOf(field.of, field.type);
  if (field.map) return { [field.map === 'string' ? 'key' : '7']: one };
  return field.repeated ? [one, one] : one;
}

function sampleScalar({ type }: FieldSchema): unknown {
  if (type === 'string') return 'ü';
  if (type === 'bytes') return 'AQID';
  if (type === 'bool') return true;
  if (type === 'double' || type === 'float') return 0.5;
  return type.endsWith('64') ? '7000000000' : 300;
}

/** The empty message is a value too; those with a JSON of their own are given one. */
function sampleOf(name: string, type: string): unknown {
  if (type === 'enum') return Object.keys(enums[name]!).at(-1);
  return SPECIAL[name.replace('google.protobuf.', '')] ?? {};
}

const SPECIAL: Readonly<Record<string, unknown>> = {
  Any: { '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster', name: 'a' },
  Duration: '-1.500s',
  Timestamp: '2026-01-02T03:04:05Z',
  Struct: { a: [1, 'b', null, { c: false }] },
  Value: 'v',
  ListValue: [1],
  BoolValue: true,
  StringValue: 's',
  BytesValue: 'AQID',
  DoubleValue: 0.5,
  FloatValue: 0.5,
  Int32Value: -5,
  UInt32Value: 5,
  Int64Value: '-5',
  UInt64Value: '5',
};
