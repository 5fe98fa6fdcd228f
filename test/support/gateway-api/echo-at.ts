import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Echoed } from '../echo.ts';
import type { MadeCertificate } from './certificates.ts';

/** A program behind a port of an endpoint. */
export interface EchoAt {
  readonly service: string;
  readonly version: string;
  readonly address: string;
  readonly port: number;
  readonly transport: 'TCP' | 'UDP';
  /** Headers: requests without them are answered with 403. */
  readonly demands?: Readonly<Record<string, string>>;
  /** It speaks TLS; and asks clients for a certificate that this one has signed. */
  readonly secure?: { readonly certificate: MadeCertificate; readonly clients: MadeCertificate | undefined };
}

/** What it tells of a request, beside what every echo does: how TLS was spoken; undefined: it was not. */
export interface Witness extends Echoed {
  readonly tls?: {
    readonly sni: string | null /** SHA-256 of the client's certificate. */;
    readonly client: string | null;
  };
}

/** Told of every request, line or datagram before it is answered. */
export type Told = (witness: Witness) => void;

/** How often requests with a key of their own have come to a service, whichever of its endpoints they came to. */
export type Attempts = Map<string, number>;

/** To a client that forgot TLS. https://httpwg.org/specs/rfc9110.html#status.426 */
export const PLAIN_BY_MISTAKE = 426;

export function isPlainByMistake(socket: Socket, { secure }: EchoAt): boolean {
  return secure !== undefined && tlsOf(socket) === undefined;
}

export function tlsOf(socket: Socket): Witness['tls'] {
  if (!isSecure(socket)) return undefined;
  return { sni: socket.servername || null, client: socket.getPeerX509Certificate()?.fingerprint256 ?? null };
}

/** Of a server, so that `servername` is what the client said. */
function isSecure(socket: Socket): socket is TLSSocket & { readonly servername: string | false } {
  return 'encrypted' in socket;
}
