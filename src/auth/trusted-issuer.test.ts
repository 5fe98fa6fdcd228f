import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createAuthenticator, IssuerError, type TrustedIssuerOptions, trustIssuer } from './index.ts';
import { testTimers } from './timers.fixture.ts';
import { NOW, testIssuer } from './tokens.fixture.ts';

const [one, two] = [await testIssuer('https://one.example'), await testIssuer('https://one.example', 'ES256', 'two')];

function file(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'pharos-keys-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'keys.json');
  writeFileSync(path, text);
  return path;
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

async function believing(options: Partial<TrustedIssuerOptions>) {
  const issuer = await trustIssuer({ issuer: one.name, ...options });
  onTestFinished(issuer.close);
  return createAuthenticator({ trustDomain: 'cluster.local', issuers: [issuer], clock: () => NOW * 1000 });
}

test.each([(path: string) => path, (path: string) => pathToFileURL(path).href])(
  'a file is read again when it is another one, and what was good stays when it is none',
  async (named) => {
    const path = file(one.jwks);
    const problems: string[] = [];
    const { authenticateToken } = await believing({ jwks: named(path), onProblem: (text) => problems.push(text) });
    expect((await authenticateToken(await one.token())).via).toBe('token');
    replace(path, two.jwks);
    expect((await authenticateToken(await two.token())).via).toBe('token');
    await expect(authenticateToken(await one.token())).rejects.toThrow('a key that its issuer does not have');

    replace(path, 'SECRET');
    for (let i = 0; i < 2; i++) expect((await authenticateToken(await two.token())).via).toBe('token');
    expect(problems).toEqual([
      `issuer ${one.name}: the key set in ${path} is not a JSON Web Key Set: {"keys": […]}; earlier keys stay believed`,
    ]);
    replace(path, one.jwks);
    expect((await authenticateToken(await one.token())).via).toBe('token');
  },
);

test('a token that comes before the keys waits for them', async () => {
  let arrive = (_: Response): void => {};
  const fetch = () =>
    new Promise<Response>((resolve) => {
      arrive = resolve;
    });
  const { authenticateToken } = await believing({ jwks: 'https://one.example/keys', fetching: { fetch } });
  const caller = authenticateToken(await one.token());
  arrive(new Response(one.jwks));
  expect((await caller).identity.serviceAccount).toBe('cart');
});

test('keys that cannot be fetched prove nobody, and the operator is told why', async () => {
  const problems: string[] = [];
  const fetch = async () => new Response('SECRET', { status: 404 });
  const { authenticateToken } = await believing({ fetching: { fetch }, onProblem: (text) => problems.push(text) });
  await expect(authenticateToken(await one.token())).rejects.toThrow('cannot be had now: try again later');
  expect(problems).toEqual(['issuer https://one.example: the key set was answered with status 404']);
});

test('an issuer that changes its keys is asked again for the new one', async () => {
  let jwks = one.jwks;
  const timers = testTimers();
  const fetch = async () => new Response(jwks);
  const { authenticateToken } = await believing({ jwks: 'https://one.example/keys', fetching: { fetch, timers } });
  await authenticateToken(await one.token());
  jwks = two.jwks;
  timers.advance(60_000);
  expect((await authenticateToken(await two.token())).via).toBe('token');
});

test.each<[Partial<TrustedIssuerOptions>, string]>([
  [{ issuer: 'corporate' }, 'issuer corporate: it is no https or http address, so say where its keys are'],
  [{ jwks: '{"keys":[]}' }, 'issuer https://one.example: the key set has no public key'],
  [
    { jwks: '/nowhere/keys.json' },
    "issuer https://one.example: ENOENT: no such file or directory, open '/nowhere/keys.json'",
  ],
  [{ jwks: tmpdir() }, 'issuer https://one.example: EISDIR'],
])('%j cannot be believed', async (options, reason) => {
  const error = (await trustIssuer({ issuer: one.name, ...options }).catch((thrown: unknown) => thrown)) as Error;
  expect(error).toBeInstanceOf(IssuerError);
  expect(error.message).toContain(reason);
});
