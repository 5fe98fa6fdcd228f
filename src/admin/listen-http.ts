import type { ServerType } from '@hono/node-server';
import { type Address, ListenError } from '../server/index.ts';

export function listenHttp(server: ServerType, { host, port }: Address): Promise<Address> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ListenError(why(error, host, port), { cause: error })),
    );
    server.listen(port, host, () => {
      const bound = server.address();
      resolve({ host, port: typeof bound === 'object' && bound !== null ? bound.port : port });
    });
  });
}

function why(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') {
    return `the admin address ${host}:${port} is in use\n  hint: another pharos? choose another with --admin ${host}:PORT`;
  }
  return `cannot serve admin pages on ${host}:${port}: ${error.message}`;
}
