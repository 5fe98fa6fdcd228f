import { expect, test } from 'vitest';
import { parse } from './parse.fixture.ts';
import { EVERY_TARGET, UNREADABLE_HOST, UNREADABLE_REFERENCE } from './unreadable.ts';

const EXPERIMENTAL = 'gateway.networking.x-k8s.io/v1alpha1';
const CART = { group: '', kind: 'Service', name: 'cart' };
const validation = { wellKnownCACertificates: 'System', hostname: 'cart.example' };
const closed = { caCertificateRefs: [UNREADABLE_REFERENCE], hostname: UNREADABLE_HOST };

test.each<[object, string]>([
  [{ hostname: 'a.b' }, 'spec.validation must have one of caCertificateRefs, wellKnownCACertificates'],
  [
    { ...validation, caCertificateRefs: [CART] },
    'spec.validation must have only one of caCertificateRefs, wellKnownCACertificates',
  ],
  [{ ...validation, wellKnownCACertificates: 'All' }, 'spec.validation.wellKnownCACertificates must be System'],
  [{ ...validation, hostname: '*.a' }, 'spec.validation.hostname must be a DNS name'],
  [{ wellKnownCACertificates: 'System' }, 'spec.validation.hostname is required'],
  [
    { ...validation, subjectAltNames: [{ type: 'URI', hostname: 'a' }] },
    'spec.validation.subjectAltNames[0].uri is required for type URI',
  ],
  [
    { ...validation, subjectAltNames: [{ type: 'Hostname', hostname: 'a', uri: 'a://b' }] },
    'spec.validation.subjectAltNames[0].uri must not stand beside type Hostname',
  ],
  [
    { ...validation, subjectAltNames: [{ type: 'URI', uri: 'a' }] },
    'spec.validation.subjectAltNames[0].uri must be a URI',
  ],
  [{ ...validation, subjectAltName: 'a' }, 'spec.validation.subjectAltName unknown field'],
])('of a BackendTLSPolicy with validation %j nobody is believed', (written, message) => {
  const { left, told } = parse('BackendTLSPolicy', { targetRefs: [CART], validation: written });
  expect(left).toEqual({ targetRefs: [CART], validation: closed });
  expect(told).toEqual([expect.stringContaining(message)]);
});

test.each<[unknown, readonly string[]]>([
  [[{ ...CART, sectionName: 'A' }], ['cart']],
  [[CART, CART], ['cart']],
  [[CART, { ...CART, sectionName: 'a' }], ['cart']],
  [
    [CART, { kind: 'Service', name: 'tea' }],
    ['cart', 'tea'],
  ],
  [[CART, { group: '', kind: 'Service' }], [EVERY_TARGET]],
  [CART, [EVERY_TARGET]],
  [[], [EVERY_TARGET]],
  [undefined, [EVERY_TARGET]],
])('a BackendTLSPolicy for targets %j closes %j until it can be read', (targetRefs, names) => {
  const { left, instead, problems } = parse('BackendTLSPolicy', { targetRefs, validation });
  expect(left).toBeUndefined();
  expect(instead).toEqual({ targetRefs: names.map((name) => ({ ...CART, name })), validation: closed });
  expect(problems.map(({ code }) => code)).toContain('fails-closed');
});

test('a BackendTLSPolicy may be about several sections of a Service', () => {
  const targetRefs = ['a', 'b'].map((sectionName) => ({ ...CART, sectionName }));
  expect(parse('BackendTLSPolicy', { targetRefs, validation })).toMatchObject({ left: { targetRefs }, problems: [] });
});

const from = [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'web' }];
const to = [{ group: '', kind: 'Service' }];

test.each<[object, object]>([
  [
    { from: [...from, { ...from[0], namespace: '*' }], to },
    { from, to },
  ],
  [
    { from, to: [...to, { group: '', kind: 'Service', nmae: 'cart' }] },
    { from, to },
  ],
  [
    { from, to: [...to, { group: '', kind: 'Service', only: 'cart' }] },
    { from, to },
  ],
  [
    { from, to: [...to, { group: '', kind: 'Service', name: '' }] },
    { from, to },
  ],
])('of a ReferenceGrant %j what is right is granted, and no more', (written, left) => {
  const parsed = parse('ReferenceGrant', written);
  expect(parsed.left).toEqual(left);
  expect(parsed.told).toHaveLength(1);
});

test.each([{ from }, { to }, { from: [], to }, { from: [{ kind: 'HTTPRoute' }], to }])(
  'a ReferenceGrant %j grants nothing',
  (written) => expect(parse('ReferenceGrant', written).left).toBeUndefined(),
);

const outside = {
  type: 'ExternalHostname',
  externalHostname: { hostname: 'api.example.com' },
  port: { port: 443 },
};

test.each<[object, string]>([
  [{ ...outside, externalHostname: { hostname: 'a.b.svc.cluster.local' } }, 'must be a name outside the cluster'],
  [{ type: 'ExternalHostname', port: { port: 1 } }, 'spec.externalHostname is required for type ExternalHostname'],
  [{ ...outside, type: 'Foo' }, 'spec.type must be one of ExternalHostname'],
  [{ ...outside, port: { name: 'A', port: 1 } }, 'spec.port.name must be a DNS label'],
  [{ ...outside, protocol: 'SMTP' }, 'spec.protocol must be one of TCP'],
  [
    { ...outside, tls: { mode: 'ClientAndServer' } },
    'spec.tls.clientCertificateRef is required for mode ClientAndServer',
  ],
  [
    { ...outside, tls: { mode: 'ServerOnly', clientCertificateRef: { name: 'a' } } },
    'spec.tls.clientCertificateRef must not stand beside mode ServerOnly',
  ],
  [{ ...outside, tsl: { mode: 'ServerOnly' } }, 'spec.tsl unknown field "tsl"'],
])('an XBackend %j would be somebody else, or called in plain text: nobody is', (spec, message) => {
  const { left, told } = parse('XBackend', spec, EXPERIMENTAL);
  expect(left).toBeUndefined();
  expect(told).toEqual([expect.stringContaining(message)]);
});

test.each<[object, object, string]>([
  [{ retryConstraint: { budget: { interval: '2h' } } }, { retryConstraint: {} }, 'must be between 1s and 1h, not "2h"'],
  [{ retryConstraint: { budget: { percent: 101 } } }, { retryConstraint: {} }, 'between 0 and 100, not 101'],
  [{ retryConstraint: { minRetryRate: { interval: '0s' } } }, { retryConstraint: {} }, 'must be more than 0s'],
  [{ sessionPersistence: { type: 'Cookies' } }, {}, 'must be one of Cookie, Header'],
])('in an XBackendTrafficPolicy %j costs itself and leaves %j', (written, rest, message) => {
  const { left, told } = parse('XBackendTrafficPolicy', { targetRefs: [CART], ...written }, EXPERIMENTAL);
  expect(left).toEqual({ targetRefs: [CART], ...rest });
  expect(told).toEqual([expect.stringContaining(message)]);
});

test('of the targets of an XBackendTrafficPolicy those hold that are right', () => {
  const targetRefs = [CART, CART, { kind: 'Service', name: 'tea' }];
  expect(parse('XBackendTrafficPolicy', { targetRefs }, EXPERIMENTAL).left).toEqual({ targetRefs: [CART] });
});
