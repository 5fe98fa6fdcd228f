import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';

const project = (name: string, include: string[], testTimeout: number, serial = false) => ({
  test: {
    name,
    include,
    testTimeout,
    hookTimeout: testTimeout,
    fileParallelism: !serial,
    // Real Envoys take the ports that their YAML says: they run when nothing else does.
    sequence: { groupOrder: serial ? 1 : 0 },
  },
});

/** Projects from fast to slow. `npm run check` runs the first two, `npm test` all of them. */
export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    // On two cores vitest would leave one to itself.
    maxWorkers: '100%',
    projects: [
      project('unit', ['src/**/*.test.ts', 'test/*.test.ts', 'test/property/**/*.test.ts'], 30_000),
      project('golden', ['test/golden/*.test.ts'], 60_000),
      project('protocol', ['test/{protocol,bad-input,cli}/**/*.test.ts'], 60_000),
      project('envoy', ['test/envoy/**/*.test.ts'], 120_000, true),
    ],
  },
});
