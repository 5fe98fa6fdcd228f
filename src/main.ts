#!/usr/bin/env -S node --max-semi-space-size=8
// Node's young generation would take 40 MB that are garbage: docs/performance.md.
import { run } from './cli/run.ts';

await run(process.argv);
