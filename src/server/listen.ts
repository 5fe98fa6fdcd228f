import { type Server, ServerCredentials } from '@grpc/grpc-js';

export interface Address {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** 15010 is where Istio's proxies look for plaintext xDS. Nobody but this machine is served unless that is asked for. */
export const DEFAULT_ADDRESS: Address = { host: '127.0.0.1', port: 15010 };

/** An address cannot be had; the message says why, and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Binds, and gives the address with the port it got. */
export async function listen(server: Server, { host, port }: Address): Promise<Address> {
  return new Promise((resolve, reject) => {
    const at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    server.bindAsync(at, ServerCredentials.createInsecure(), (error, bound) => {
      if (error)
        reject(new ListenError(`cannot listen on ${at} for xDS: ${reasonOf(error.message)}`, { cause: error }));
      else resolve({ host, port: bound });
    });
  });
}

function reasonOf(message: string): string {
  if (message.includes('EADDRINUSE')) return 'another process does; stop it, or choose another port';
  if (message.includes('EACCES')) return 'this user may not; choose a port above 1023';
  if (message.includes('EADDRNOTAVAIL')) return 'this machine has no such address';
  return message;
}
