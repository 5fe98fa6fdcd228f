import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import type { Authority } from '../ca/index.ts';
import { type SpiffeId, spiffeUri } from '../lib/spiffe.ts';
import { type ConnectionLimits, createReception } from './connection-limits.ts';
import { type Address, listenError } from './listen.ts';
import { endOf, peerChain } from './peer-chain.ts';
import type { ServerCertificate } from './server-certificate.ts';
import type { Timers } from './timers.ts';

const PEER = Symbol('peer');

/** Who is at the other end of a connection that this port let in; undefined for a socket that is none of its. */
export function peerAt(socket: object | undefined): Peer | undefined {
  return socket && (socket as { readonly [PEER]?: Peer })[PEER];
}

/** What TLS says about who is at the other end of a connection. */
export interface Peer {
  /** Proved by a client certificate; undefined if none was presented. */
  readonly certificate: { readonly identity: SpiffeId; readonly expiresAtMs: number } | undefined;
}

/** Ours, for the name that a certificate gives it: the name itself, or an alias. Undefined for somebody else's. */
export type TrustDomainFor = (name: string) => string | undefined;

export interface SecurePortOptions {
  readonly authority: Authority;
  readonly certificate: ServerCertificate;
  readonly limits: ConnectionLimits;
  readonly timers: Timers;
  readonly trustDomainFor: TrustDomainFor;
  /** Takes over a connection whose handshake is done and whose client is believed, or anonymous. */
  readonly inject: (socket: TLSSocket) => void;
  readonly onRefused: (peer: string, reason: string) => void;
}

export interface SecurePort {
  /** Throws a ListenError. */
  readonly listen: (address: Address) => Promise<Address>;
  /** Takes no more connections. Those that are open stay. */
  readonly close: () => void;
}

/**
 * TLS in front of the gRPC server, which cannot ask for client certificates without requiring them, nor change its own
 * certificate, nor refuse a connection by whose it is (docs/decisions/0006).
 */
export function createSecurePort(options: SecurePortOptions): SecurePort {
  const { authority, certificate, limits, inject, onRefused } = options;
  const reception = createReception(limits);
  const greetings = new Map<string, () => void>();
  const open = new Set<TLSSocket>();
  const tls = createTlsServer({
    ...certificate.current(),
    ALPNProtocols: ['h2'],
    requestCert: true,
    // Whether a client is believed is for the authority to say: see `welcome`.
    rejectUnauthorized: false,
    handshakeTimeout: limits.handshakeMs,
  });
  const tcp = createServer({ noDelay: true }, accept);
  certificate.onChange(() => tls.setSecureContext(certificate.current()));
  const forget = authority.onChange(dismissTheUnbelieved);
  tellFailures(tls, onRefused);
  tls.on('secureConnection', welcome);

  function accept(socket: Socket): void {
    const visit = reception.enter(socket.remoteAddress ?? 'unknown');
    if (typeof visit === 'string') {
      onRefused(peerOf(socket), visit);
      return void socket.destroy();
    }
    socket.once('close', visit.left);
    socket.on('error', () => socket.destroy());
    const key = peerOf(socket);
    greetings.set(key, visit.greeted);
    socket.once('close', () => greetings.delete(key));
    tls.emit('connection', socket);
  }

  function welcome(socket: TLSSocket): void {
    greetings.get(peerOf(socket))?.();
    const peer = judge(socket, options);
    if ('reason' in peer) {
      onRefused(peerOf(socket), peer.reason);
      return void socket.destroy();
    }
    Object.assign(socket, { [PEER]: peer });
    if (peer.certificate) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    }
    // An error that nobody listens for would end the process; what it means is told by 'close'.
    socket.on('error', () => {});
    inject(socket);
  }

  /** Roots and revocations have changed: who would not be let in now may not stay either. */
  function dismissTheUnbelieved(): void {
    for (const socket of open) {
      const peer = judge(socket, options);
      if (!('reason' in peer)) continue;
      onRefused(peerOf(socket), peer.reason);
      socket.destroy();
    }
  }

  return {
    listen: (address) => listen(tcp, address),
    close: () => {
      forget();
      tcp.close();
    },
  };
}

/** Who a client has proved to be, if it has presented anything; or why it is not let in. */
function judge(
  socket: TLSSocket,
  { authority, timers, trustDomainFor }: SecurePortOptions,
): Peer | { readonly reason: string } {
  const chain = peerChain(socket);
  if (chain.length === 0) return { certificate: undefined };
  const verdict = authority.verify(
    chain.map(({ raw }) => raw),
    timers.now(),
  );
  if (!verdict.ok) return { reason: `client certificate refused: ${verdict.reason}` };
  const trustDomain = trustDomainFor(verdict.id.trustDomain);
  if (trustDomain === undefined) {
    return { reason: `client certificate refused: ${spiffeUri(verdict.id)} is of another trust domain` };
  }
  return { certificate: { identity: { ...verdict.id, trustDomain }, expiresAtMs: endOf(chain) } };
}

/** Somebody who speaks no TLS, none that is new enough, or not in time. */
function tellFailures(tls: TlsServer, onRefused: SecurePortOptions['onRefused']): void {
  tls.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    // A port scan, or a health check that only connects: nothing that anybody could mend.
    if (error.code !== 'ECONNRESET') onRefused(peerOf(socket), `TLS handshake failed: ${error.code ?? error.message}`);
    socket.destroy();
  });
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress?.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
}

function listen(server: Server, address: Address): Promise<Address> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(listenError(address, error));
    server.once('error', fail);
    server.listen(address.port, address.host, () => {
      server.off('error', fail);
      const bound = server.address();
      resolve({ host: address.host, port: typeof bound === 'object' && bound ? bound.port : address.port });
    });
  });
}
