import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { freePort } from './loopback.ts';

/** A way to pharos that a test can break. */
export interface Relay {
  readonly port: number;
  /** Ends all connections; new ones may come. */
  readonly cut: () => void;
  /** Where new connections lead. */
  readonly switchTo: (port: number) => void;
  /** What clients say on the connections of now goes nowhere. */
  readonly deafen: () => void;
}

/** A TCP relay before pharos. */
export async function startRelay(target: number): Promise<Relay> {
  let to = target;
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  const server = createServer((from) => {
    const onward = connect(to, '127.0.0.1');
    for (const socket of [from, onward]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    clients.add(from);
    from.pipe(onward).pipe(from);
    from.on('close', () => {
      clients.delete(from);
      onward.destroy();
    });
    onward.on('close', () => from.destroy());
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const deafen = (): void => {
    for (const client of clients) client.unpipe();
  };
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    cut();
    server.close();
  });
  const switchTo = (next: number): void => {
    to = next;
  };
  return { port, cut, switchTo, deafen };
}
