import { expect, test } from 'vitest';
import { CA, SHOP } from '../../test/support/certificates.ts';
import { keyOf, type RawObject } from '../api/index.ts';
import { entry, object, rule, world } from './world.fixture.ts';

const cart = entry('shop/cart', { hosts: ['cart.shop'], ports: [{ number: 80, name: 'http', protocol: 'HTTP' }] });

function secret(row: string, stringData: Readonly<Record<string, string>>): RawObject {
  return object('v1', 'Secret', row, { stringData });
}

const PAIR = { cert: SHOP.cert, key: SHOP.key };
const BOTH = { ...PAIR, cacert: CA };

function told(tls: object, spec: object, ...secrets: readonly RawObject[]): readonly string[] {
  const named = rule('shop/cart', { host: 'cart.shop', trafficPolicy: { tls }, ...spec });
  const { mesh } = world(cart, named, ...secrets);
  return mesh.problems(keyOf(named)).map(({ path, message }) => `${path} ${message}`);
}

const AT = 'spec.trafficPolicy.tls.credentialName';
const SIMPLE = { mode: 'SIMPLE', credentialName: 'own' };
const MUTUAL = { mode: 'MUTUAL', credentialName: 'own' };

test.each<[string, object, object, RawObject[], string[]]>([
  ['nowhere', SIMPLE, {}, [], ['there is no usable Secret shop/own']],
  ['in a namespace that sees the rule', SIMPLE, {}, [secret('edge/own', { cacert: CA })], []],
  ['beside another', SIMPLE, {}, [secret('edge/own-cacert', { cacert: CA })], []],
  ['under a longer name', SIMPLE, {}, [secret('edge/my-own', { cacert: CA })], ['there is no usable Secret shop/own']],
  [
    'in a namespace that does not see the rule',
    SIMPLE,
    { exportTo: ['.'] },
    [secret('edge/own', { cacert: CA })],
    ['there is no usable Secret shop/own'],
  ],
  ['without authorities', SIMPLE, {}, [secret('edge/own', PAIR)], ['Secret edge/own has no ca.crt and no cacert']],
  [
    'without authorities that nobody needs',
    { ...MUTUAL, insecureSkipVerify: true },
    {},
    [secret('edge/own', PAIR)],
    [],
  ],
  [
    'without a key',
    MUTUAL,
    {},
    [secret('edge/own', { cacert: CA })],
    ['Secret edge/own has no tls.crt and tls.key, and no cert and key'],
  ],
  ['with all that is needed', MUTUAL, {}, [secret('edge/own', BOTH)], []],
  ['with its namespace', { ...SIMPLE, credentialName: 'kubernetes://edge/own' }, {}, [secret('edge/own', BOTH)], []],
  [
    'by another name for Secrets',
    { ...SIMPLE, credentialName: 'file://own' },
    {},
    [],
    ['file:// is served by nobody here: only Secrets are'],
  ],
  ['though nothing is encrypted', { mode: 'DISABLE', credentialName: 'own' }, {}, [], []],
  ['by a rule that governs nobody', SIMPLE, { workloadSelector: { matchLabels: { app: 'a' } } }, [], []],
])('a Secret that a rule names %s', (_, tls, spec, secrets, lacks) => {
  expect(told(tls, spec, ...secrets)).toEqual(
    lacks.map((lack) => `${AT} ${lack}; gateways cannot connect to cart.shop`),
  );
});

test('a Secret is told to be missing where it is named, until it is there', () => {
  const named = rule('shop/cart', {
    host: 'cart.shop',
    subsets: [{ name: 'v1', trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: SIMPLE }] } }],
  });
  const { mesh, put } = world(cart, named);
  const path = 'spec.subsets[0].trafficPolicy.portLevelSettings[0].tls.credentialName';
  expect(mesh.problems(keyOf(named))).toMatchObject([{ severity: 'error', code: 'left-out', path }]);
  put(secret('edge/own', BOTH));
  expect(mesh.problems(keyOf(named))).toEqual([]);
});
