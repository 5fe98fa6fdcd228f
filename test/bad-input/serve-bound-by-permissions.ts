/** Serves the directory that it is given, and tells its ports in one line. */
import pino from 'pino';
import { serve } from '../../src/control-plane/serve.ts';

const free = { host: '127.0.0.1', port: 0 };
const log = pino({ level: 'silent' });
const { xds, admin } = await serve({ directory: process.argv[2]!, xds: free, admin: free, version: 'test', log });
process.stdout.write(`${JSON.stringify({ xds: xds.port, admin: admin.port })}\n`);
// Whoever started it is gone.
process.stdin.once('end', () => process.exit()).resume();
