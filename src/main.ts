#!/usr/bin/env node
import { buildProgram } from './cli/index.ts';

await buildProgram().parseAsync();
