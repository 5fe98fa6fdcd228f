import { type Server, ServerCredentials } from '@grpc/grpc-js';

export interface Address {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** 15010 is where Istio's proxies look for plaintext xDS. Nobody but this machine is served unless that is asked for. */
export const DEFAULT_ADDRESS: Address = { host: '127.0.0.1', port: 15010 };

/** 15012 is where they look for it behind TLS. */
export const DEFAULT_SECURE_ADDRESS: Address = { host: '127.0.0.1', port: 15012 };

/** An address cannot be had; the message says why, and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Binds, and gives the address with the port it got. */
export async function listen(server: Server, address: Address): Promise<Address> {
  return new Promise((resolve, reject) => {
    server.bindAsync(textOf(address), ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(listenError(address, error));
      else resolve({ host: address.host, port: bound });
    });
  });
}

export function listenError(address: Address, error: Error): ListenError {
  return new ListenError(`cannot listen on ${textOf(address)} for xDS: ${reasonOf(error.message)}`, { cause: error });
}

function textOf({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function reasonOf(message: string): string {
  if (message.includes('EADDRINUSE')) return 'another process does; stop it, or choose another port';
  if (message.includes('EACCES')) return 'this user may not; choose a port above 1023';
  if (message.includes('EADDRNOTAVAIL')) return 'this machine has no such address';
  return message;
}
