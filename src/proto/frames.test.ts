import { expect, test } from 'vitest';
import {
  DecodeError,
  decodeAs,
  decodeDeltaDiscoveryRequest,
  decodeDeltaDiscoveryResponse,
  decodeDiscoveryRequest,
  decodeDiscoveryResponse,
  deltaFrame,
  encode,
  encodeDeltaDiscoveryRequest,
  encodeDeltaDiscoveryResponse,
  encodeDiscoveryRequest,
  encodeDiscoveryResponse,
  type Resource,
  sotwFrame,
  typeUrlOf,
} from './index.ts';

const cds = typeUrlOf('cds');
const short = encode('cds', { name: 'a' }) as Resource;
const long = encode('cds', { name: 'b'.repeat(20_000), altStatName: 'ü' }) as Resource;

test('a delta response made of frames is the message that it would be when encoded whole', () => {
  const parts = { systemVersion: 'v', typeUrl: cds, nonce: 'n', frames: [short, long].map(deltaFrame), removed: ['x'] };
  expect(decodeAs('envoy.service.discovery.v3.DeltaDiscoveryResponse', encodeDeltaDiscoveryResponse(parts))).toEqual({
    systemVersionInfo: 'v',
    resources: [
      { version: short.version, resource: { '@type': cds, name: 'a' }, name: 'a' },
      { version: long.version, resource: { '@type': cds, name: long.name, altStatName: 'ü' }, name: long.name },
    ],
    typeUrl: cds,
    nonce: 'n',
    removedResources: ['x'],
  });
});

test('a state-of-the-world response made of frames is the message that it would be when encoded whole', () => {
  const bytes = encodeDiscoveryResponse({
    versionInfo: 'v',
    typeUrl: cds,
    nonce: 'n',
    frames: [short, long].map(sotwFrame),
  });
  expect(decodeAs('envoy.service.discovery.v3.DiscoveryResponse', bytes)).toEqual({
    versionInfo: 'v',
    resources: [
      { '@type': cds, name: 'a' },
      { '@type': cds, name: long.name, altStatName: 'ü' },
    ],
    typeUrl: cds,
    nonce: 'n',
  });
});

test('a frame is made once for each resource', () => {
  expect(deltaFrame(short)).toBe(deltaFrame(short));
  expect(sotwFrame(short)).toBe(sotwFrame(short));
  expect(deltaFrame({ ...short })).not.toBe(deltaFrame(short));
});

test('a client reads what a server has sent', () => {
  const delta = encodeDeltaDiscoveryResponse({
    systemVersion: '',
    typeUrl: cds,
    nonce: 'n',
    frames: [deltaFrame(short)],
    removed: ['x', 'y'],
  });
  const { name, version, bytes } = short;
  expect(decodeDeltaDiscoveryResponse(delta)).toEqual({
    versionInfo: '',
    typeUrl: cds,
    nonce: 'n',
    resources: [{ name, version, typeUrl: cds, bytes: Buffer.from(bytes) }],
    removed: ['x', 'y'],
  });
  const sotw = encodeDiscoveryResponse({ versionInfo: '7', typeUrl: cds, nonce: 'n', frames: [sotwFrame(short)] });
  expect(decodeDiscoveryResponse(sotw)).toMatchObject({ versionInfo: '7', resources: [{ name: 'a', version: '' }] });
});

test('a server reads what a client has sent', () => {
  const node = {
    id: 'sidecar~127.0.0.1~cart.shop~shop.svc.cluster.local',
    metadata: { NAMESPACE: 'shop', LABELS: { app: 'cart' } },
    locality: { region: 'eu', subZone: 'c' },
    userAgentName: 'envoy',
    userAgentBuildVersion: { version: { majorNumber: 1, minorNumber: 40 } },
    extensions: [{ name: 'envoy.filters.http.router', category: 'envoy.filters.http' }],
  };
  const bytes = encodeDeltaDiscoveryRequest({ node, typeUrl: cds, initialResourceVersions: { a: '1', b: '' } });
  expect(decodeDeltaDiscoveryRequest(bytes)).toEqual({
    node: {
      id: node.id,
      cluster: '',
      metadata: node.metadata,
      locality: { region: 'eu', zone: '', subZone: 'c' },
      userAgentName: 'envoy',
      userAgentVersion: '1.40.0',
      extensions: ['envoy.filters.http.router'],
    },
    typeUrl: cds,
    resourceNamesSubscribe: [],
    resourceNamesUnsubscribe: [],
    initialResourceVersions: new Map(Object.entries({ a: '1', b: '' })),
    responseNonce: '',
    errorDetail: undefined,
  });
  const nack = encodeDiscoveryRequest({
    typeUrl: cds,
    versionInfo: '6',
    responseNonce: 'n',
    errorDetail: { code: 13, message: 'no' },
  });
  expect(decodeDiscoveryRequest(nack)).toEqual({
    node: undefined,
    typeUrl: cds,
    versionInfo: '6',
    resourceNames: [],
    responseNonce: 'n',
    errorDetail: { code: 13, message: 'no' },
  });
});

test('a field that a newer Envoy sends is stepped over', () => {
  const request = encodeDiscoveryRequest({ typeUrl: cds });
  const newer = Buffer.concat([
    Buffer.from([0xfa, 0x01, 0x01, 0x00]),
    request,
    Buffer.from([0x81, 0x02, 1, 2, 3, 4, 5, 6, 7, 8]),
  ]);
  expect(decodeDiscoveryRequest(newer)).toEqual(decodeDiscoveryRequest(request));
});

test.each<[string, readonly number[]]>([
  ['an end in the middle of a string', [0x0a, 5, 1]],
  ['a varint without end', [0x08, ...Array(11).fill(0xff)]],
  ['a field number 0', [0x02, 0x00]],
  ['a wire type that is not used', [0x0f]],
  ['an end after a tag', [0x0a]],
])('%s is a DecodeError', (_what, bytes) => {
  expect(() => decodeDiscoveryRequest(Uint8Array.from(bytes))).toThrow(DecodeError);
  expect(() => decodeDeltaDiscoveryRequest(Uint8Array.from(bytes))).toThrow(DecodeError);
});

test('a list nested without end is a DecodeError, not the end of the process', () => {
  const parts: Uint8Array[] = [];
  for (let depth = 0, size = 0; depth < 20_000; depth++) {
    const list = [0x0a, ...varint(size)];
    const level = Uint8Array.from([0x32, ...varint(size + list.length), ...list]);
    parts.unshift(level);
    size += level.length;
  }
  expect(() => decodeAs('google.protobuf.Value', Buffer.concat(parts))).toThrow('nested too deep');
});

function varint(value: number): readonly number[] {
  return value > 0x7f ? [(value & 0x7f) | 0x80, ...varint(value >>> 7)] : [value];
}
