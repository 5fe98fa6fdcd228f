import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { DemoFailed } from './demo-failed.ts';
import { findEnvoy } from './find-envoy.ts';
import { buildScratchImage } from './scratch-image.ts';
import { ECHO_SCRIPT, echoArguments, envoyArguments, type Tools } from './tools.ts';

const run = promisify(execFile);

/** An image to run, and the one to build when its registry is out of reach. */
interface Image {
  readonly name: string;
  readonly local: string;
  readonly binary: () => Promise<string>;
}

/**
 * The programs of the demo as containers. All share the network of this machine, so that the YAML, which says 127.0.0.1,
 * and pharos, which runs outside, are the same with and without docker.
 */
export async function dockerTools(say: (line: string) => void): Promise<Tools> {
  await checkDaemon();
  const envoyImage: Image = {
    name: 'envoyproxy/envoy:v1.40-latest',
    local: 'pharos/envoy:local',
    binary: () => findEnvoy({ say }),
  };
  const nodeImage: Image = { name: 'node:26-slim', local: 'pharos/node:local', binary: async () => process.execPath };
  const [envoy, node] = [await available(envoyImage, say), await available(nodeImage, say)];
  return {
    echo: (backend, proxy) => {
      const args = ['node', '/echo.mjs', ...echoArguments(backend, proxy)];
      return container(`${backend.service}-${backend.version}`, ['-v', `${ECHO_SCRIPT}:/echo.mjs:ro`, node, ...args]);
    },
    envoy: (folder, name) => {
      const args = envoyArguments(`/etc/pharos/${name}.json`);
      return container(name, ['-v', `${folder}:/etc/pharos:ro`, envoy, ...args]);
    },
    // In its image Envoy runs as somebody else.
    bootstrapMode: 0o644,
  };
}

/** The process id makes the name unique, and leads to the demo that a stray container belongs to. */
function container(name: string, rest: readonly string[]) {
  const title = `pharos-demo-${process.pid}-${name}`;
  return { command: 'docker', args: ['run', '--rm', '--network', 'host', '--name', title, ...rest] };
}

async function checkDaemon(): Promise<void> {
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 20_000 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new DemoFailed('there is no docker command on the PATH', 'without --docker, Envoy runs as a plain process');
    }
    const said = (error as { stderr?: string }).stderr?.trim() || String(error);
    throw new DemoFailed(`docker does not answer: ${said}`, 'start its daemon; without --docker, none is needed');
  }
}

/** What is there already comes first: a demo should not wait for a network it may do without. */
async function available({ name, local, binary }: Image, say: (line: string) => void): Promise<string> {
  if (await isThere(name)) return name;
  if (await isThere(local)) return local;
  say(`docker: pulling ${name}`);
  try {
    await run('docker', ['pull', '--quiet', name], { timeout: 300_000 });
    return name;
  } catch (error) {
    if (process.platform !== 'linux') throw new DemoFailed(`${name} cannot be pulled: ${reasonOf(error)}`);
    const file = await binary();
    say(`docker: ${name} cannot be pulled, so ${local} is built from the ${basename(file)} of this machine`);
    await buildScratchImage(file, local);
    return local;
  }
}

async function isThere(image: string): Promise<boolean> {
  return run('docker', ['image', 'inspect', image]).then(
    () => true,
    () => false,
  );
}

function reasonOf(error: unknown): string {
  return (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? String(error);
}
