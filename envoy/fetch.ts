/** `node envoy/fetch.ts`: sees to it that there is an Envoy to test with. `npm test` runs this first. */
import { EnvoyMissing, findEnvoy } from '../src/cli/demo/find-envoy.ts';

try {
  console.log(`envoy: ${await findEnvoy({ say: (line) => console.log(line) })}`);
} catch (error) {
  if (!(error instanceof EnvoyMissing)) throw error;
  console.error(`envoy: ${error.message}`);
  process.exitCode = 1;
}
