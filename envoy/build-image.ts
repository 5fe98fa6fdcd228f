/**
 * `node envoy/build-image.ts`: images of Envoy and of Node made from the programs of this machine, for where no registry
 * is reached. compose.yaml takes them with ENVOY_IMAGE=pharos/envoy:local NODE_IMAGE=pharos/node:local.
 */

import { DemoFailed } from '../src/cli/demo/demo-failed.ts';
import { EnvoyMissing, findEnvoy } from '../src/cli/demo/find-envoy.ts';
import { buildScratchImage } from '../src/cli/demo/scratch-image.ts';

try {
  const binaries = { envoy: await findEnvoy({ say: (line) => console.log(line) }), node: process.execPath };
  for (const [name, binary] of Object.entries(binaries)) {
    const image = `pharos/${name}:local`;
    await buildScratchImage(binary, image);
    console.log(`${image} holds ${binary}`);
  }
} catch (error) {
  if (!(error instanceof EnvoyMissing || error instanceof DemoFailed)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
