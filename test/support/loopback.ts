import { createServer } from 'node:net';

let count = 0;

/**
 * An address of 127.0.0.0/8 that no other test of this machine uses at the moment, so that fixed ports (80, 15001) are
 * free on it: the process id chooses a block of 254, a count the address in it. Linux has the whole range on its loopback
 * interface.
 */
export function loopback(): string {
  const block = process.pid % (254 * 256);
  return `127.${1 + Math.floor(block / 256)}.${block % 256}.${1 + (count++ % 254)}`;
}

/** A TCP port that is free on an address at this moment. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, address, resolve);
  });
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (!bound || typeof bound === 'string') throw new Error('a TCP server has an address and a port');
  return bound.port;
}
