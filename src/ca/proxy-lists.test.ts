import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../test/support/until.ts';
import { openAuthority } from './index.ts';
import { cacerts, folder, given, HOUR, makeAuthority, makeCrl, NOW } from './others.fixture.ts';

test('proxies have all lists when each authority has one, and none when one is missing', async () => {
  const [root, earlier] = [await makeAuthority('root'), await makeAuthority('earlier')];
  const signer = await makeAuthority('signer', { issuer: root });
  const lists = [await makeCrl(signer, ['0a']), await makeCrl(root, []), await makeCrl(earlier, [])];
  const files = { ...cacerts(root, signer), 'root-cert.pem': root.pem + earlier.pem };
  const warnings: string[] = [];
  const listsFor = async (present: readonly string[]): Promise<number | undefined> => {
    const authority = await given({ ...files, 'ca-crl.pem': present.join('') }, (text) => warnings.push(text));
    return authority.trust().crlPem?.match(/BEGIN X509 CRL/g)?.length;
  };
  expect(await listsFor(lists)).toBe(3);
  expect(warnings).toEqual([]);
  for (const missing of lists) expect(await listsFor(lists.filter((list) => list !== missing))).toBeUndefined();
  expect(warnings.map((text) => /no list in force of "CN=(\w+)"/.exec(text)?.[1])).toEqual([
    'signer',
    'root',
    'earlier',
  ]);
  expect(await listsFor([])).toBeUndefined();
});

test('a list that ends takes all of them from proxies while nothing changes, and a new one brings them back', async () => {
  const directory = folder();
  const root = await makeAuthority('root');
  const put = (name: string, text: string): void => writeFileSync(join(directory, name), text, { mode: 0o600 });
  for (const [name, text] of Object.entries(cacerts(root))) put(name, text);
  put('ca-crl.pem', await makeCrl(root, ['0a'], { nextUpdate: NOW + HOUR }));
  let now = NOW;
  const source = { kind: 'directory', directory } as const;
  const authority = await openAuthority({ source, clock: () => now, lookEveryMs: 5 });
  onTestFinished(authority.close);
  let changes = 0;
  authority.onChange(() => changes++);
  expect(authority.trust().crlPem).toBeDefined();
  now += 2 * HOUR;
  await until('there is none', () => authority.trust().crlPem === undefined);
  put('ca-crl.pem', await makeCrl(root, ['0a'], { nextUpdate: NOW + 3 * HOUR }));
  await until('there is one', () => authority.trust().crlPem !== undefined);
  expect(changes).toBe(2);
});
