import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import type { TokenRule } from '../policy/index.ts';
import { readTokens } from './request-token.ts';

const NOW = new Date('2030-01-01T00:00:00Z');
const SECONDS = NOW.getTime() / 1000;

const own = await generateKeyPair('ES256', { extractable: true });
const other = await generateKeyPair('ES256', { extractable: true });

function sign(claims: JWTPayload, { privateKey } = own, kid = 'k'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
}

const RULE: TokenRule = {
  origin: { object: 'security.istio.io/RequestAuthentication/shop/a', path: 'spec.jwtRules[0]' } as TokenRule['origin'],
  issuer: 'i',
  audiences: [],
  jwks: JSON.stringify({ keys: [{ ...(await exportJWK(own.publicKey)), kid: 'k' }] }),
  fromHeaders: [],
  fromParams: [],
  fromCookies: [],
  outputPayloadToHeader: undefined,
  outputClaimToHeaders: [],
  forwardOriginalToken: false,
};

const read = (headers: Readonly<Record<string, string>>, rules = [RULE], path = '/', method = 'GET') =>
  readTokens({ method, path, headers }, undefined, rules, NOW);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('a token that is signed well says who its bearer is, and later filters do not see it', async () => {
  const token = await sign({ iss: 'i', sub: 's', scope: 'read write' });
  expect(await read({ ...bearer(token), 'x-a': 'b' })).toEqual({
    claims: { iss: 'i', sub: 's', scope: ['read', 'write'] },
    headers: { 'x-a': 'b' },
  });
  const kept = await read(bearer(token), [{ ...RULE, forwardOriginalToken: true }]);
  expect(kept).toMatchObject({ headers: bearer(token) });
});

test.each<[string, () => Promise<string> | string, Partial<TokenRule>, number, string]>([
  ['nonsense', () => 'a.b.c', {}, 401, 'the token is not a JSON Web Token'],
  ['another key', () => sign({ iss: 'i' }, other), {}, 401, 'the token is not signed by any key of the rule'],
  ['an unknown key', () => sign({ iss: 'i' }, own, 'x'), {}, 401, 'by a key that is not known here'],
  ['no signature', () => new UnsecuredJWT({ iss: 'i' }).encode(), {}, 401, 'is not signed by any key of the rule'],
  ['another issuer', () => sign({ iss: 'j' }), {}, 401, 'is of issuer "j", and the rule is about "i"'],
  ['no issuer', () => sign({}), {}, 401, 'names no issuer'],
  ['the past', () => sign({ iss: 'i', exp: SECONDS - 61 }), {}, 401, 'expired at 2029-12-31T23:58:59.000Z'],
  ['the future', () => sign({ iss: 'i', nbf: SECONDS + 61 }), {}, 401, 'is not valid before 2030-01-01T00:01:01.000Z'],
  [
    'another audience',
    () => sign({ iss: 'i', aud: ['b'] }),
    { audiences: ['a'] },
    403,
    'is for none of the audiences a',
  ],
  ['no keys', () => sign({ iss: 'i' }), { jwks: '{"keys":[]}' }, 401, 'by a key that is not known here'],
])('a token of %s is refused, and why', async (_, token, rule, status, why) => {
  const answer = await read(bearer(await token()), [{ ...RULE, ...rule }]);
  expect(answer).toEqual({ refused: RULE.origin, status, why: expect.stringContaining(why) });
});

test('clocks may differ by a minute', async () => {
  const answer = await read(bearer(await sign({ iss: 'i', exp: SECONDS - 59, nbf: SECONDS + 59 })));
  expect(answer).toHaveProperty('claims.iss', 'i');
});

test('a token is looked for where a rule says, and nowhere else', async () => {
  const token = await sign({ iss: 'i' });
  const placed = { ...RULE, fromHeaders: [{ name: 'X-T', prefix: 'T ' }], fromParams: ['p'], fromCookies: ['c'] };
  for (const request of [
    [{ 'x-t': `T ${token}` }, '/'],
    [{}, `/?a=b&p=${token}`],
    [{ cookie: `a=b; c=${token}` }, '/'],
  ] as const) {
    expect(await read(request[0], [placed], request[1])).toHaveProperty('claims.iss', 'i');
  }
  for (const request of [
    [{ 'x-t': token }, '/'],
    [bearer(token), `/?access_token=${token}`],
    [{ cookie: `d=${token}` }, '/'],
  ] as const) {
    expect(await read(request[0], [placed], request[1])).toHaveProperty('claims', undefined);
  }
  expect(await read({}, [RULE], `/?access_token=${token}`)).toHaveProperty('claims.iss', 'i');
});

test('one rule that takes the token is enough; otherwise the rule of its issuer says what is wrong', async () => {
  const second = { ...RULE, issuer: 'j', origin: { ...RULE.origin, path: 'spec.jwtRules[1]' } };
  expect(await read(bearer(await sign({ iss: 'j' })), [RULE, second])).toHaveProperty('claims.iss', 'j');
  const bad = await read(bearer(await sign({ iss: 'j' }, other)), [RULE, second]);
  expect(bad).toMatchObject({ refused: second.origin, why: expect.stringContaining('not signed') });
});

test('headers that tell claims are written by the proxy alone', async () => {
  const rule = {
    ...RULE,
    outputPayloadToHeader: 'X-All',
    outputClaimToHeaders: [{ header: 'X-Team', claim: 'a.team' }],
  };
  const forged = { 'x-all': 'forged', 'x-team': 'forged' };
  expect(await read(forged, [rule])).toEqual({ claims: undefined, headers: {} });
  const told = await read({ ...forged, ...bearer(await sign({ iss: 'i', a: { team: 5 } })) }, [rule]);
  expect(told).toMatchObject({ headers: { 'x-team': '5', 'x-all': expect.stringMatching(/^eyJ/) } });
});

test('no token is looked for in what a browser asks before a request', async () => {
  const preflight = { ...bearer('a.b.c'), origin: 'https://a', 'access-control-request-method': 'GET' };
  expect(await read(preflight, [RULE], '/', 'OPTIONS')).toHaveProperty('claims', undefined);
  expect(await read(preflight)).toHaveProperty('status', 401);
});
