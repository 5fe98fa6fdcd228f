import { createServer, type Server } from 'node:net';

/** Why a port cannot be listened on, as the end of a sentence; undefined if it can. */
export async function whyNotFree(address: string, port: number): Promise<string | undefined> {
  const server = createServer();
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen({ host: address, port, exclusive: true }, () => resolve(undefined));
  });
  if (!error) await new Promise((resolve) => server.close(resolve));
  switch (error?.code) {
    case undefined:
      return undefined;
    case 'EADDRINUSE':
      return 'is in use by another program';
    case 'EACCES':
      return 'may only be opened by root';
    case 'EADDRNOTAVAIL':
      return 'has an address that this machine does not have';
    default:
      return `cannot be opened: ${error?.message}`;
  }
}

/** The usual port for something, or one that the system chooses if that is taken. */
export async function usualOrAny(usual: number): Promise<number> {
  if (!(await whyNotFree('127.0.0.1', usual))) return usual;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('a TCP server that listens has an address and a port');
  return address.port;
}
