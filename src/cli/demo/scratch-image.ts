import { execFile, spawn } from 'node:child_process';
import { access, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DemoFailed } from './demo-failed.ts';

const run = promisify(execFile);

/**
 * Makes an image of one program of this (Linux) machine and the libraries it is linked with, and nothing else: no
 * registry is needed. The program is /usr/local/bin/<its name>; an Envoy is also the entrypoint, as in its own image.
 */
export async function buildScratchImage(binary: string, image: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'pharos-image-'));
  try {
    const name = basename(binary);
    await place(binary, join(root, 'usr/local/bin', name));
    for (const library of await librariesOf(binary)) await place(library, join(root, library));
    await writeBasics(root);
    await importImage(root, image, name === 'envoy' ? ['ENTRYPOINT ["envoy"]'] : []);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Lines of ldd: `libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x…)`, and the loader as `/lib64/ld-linux-x86-64.so.2 (0x…)`. */
async function librariesOf(binary: string): Promise<readonly string[]> {
  const { stdout } = await run('ldd', [binary]);
  if (/not found/.test(stdout)) throw new DemoFailed(`${binary} lacks libraries on this machine:\n${stdout}`);
  return [...stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)].map((match) => match[1]!);
}

/** What programs expect of any system: a user, a place for temporary files, how to look names up, whom to trust. */
async function writeBasics(root: string): Promise<void> {
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true });
  await mkdir(join(root, 'tmp'), { recursive: true, mode: 0o777 });
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/\nnobody:x:65534:65534:nobody:/:/\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnobody:x:65534:\n');
  await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  const authorities = '/etc/ssl/certs/ca-certificates.crt';
  if (await exists(authorities)) await place(authorities, join(root, authorities));
}

async function importImage(root: string, image: string, changes: readonly string[]): Promise<void> {
  const all = ['ENV PATH=/usr/local/bin', ...changes].flatMap((change) => ['--change', change]);
  const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const docker = spawn('docker', ['import', ...all, '-', image], { stdio: [tar.stdout, 'ignore', 'pipe'] });
  let said = '';
  docker.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise((resolve) => docker.once('close', resolve));
  if (code !== 0) throw new DemoFailed(`docker could not make ${image}: ${said.trim()}`);
}

/** Links are followed: the copy is the file itself, under the name by which it is asked for. */
async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
