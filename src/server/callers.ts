import { type Metadata, type ServerDuplexStream, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { type Authenticator, type Caller, Unauthenticated } from '../auth/index.ts';
import { Refusal } from './refusal.ts';
import { peerAt } from './secure-port.ts';
import type { Timers } from './timers.ts';

type Call = ServerDuplexStream<Buffer, Buffer> | ServerUnaryCall<Buffer, Buffer>;

/** Who is calling. */
export interface Callers {
  /** Throws a Refusal for a call of nobody. Never gives an identity that was not proved. */
  readonly callerOf: (call: Call) => Promise<Caller>;
  /** The connection of a call takes no more calls: whoever has one to make opens another, and proves anew who he is. */
  readonly retire: (call: Call) => void;
}

export interface CallersOptions {
  readonly authenticator: Authenticator;
  readonly timers: Timers;
}

/** Callers on the secure port: by the certificate of the connection; where it has none, by a token of the call. */
export function createCallers({ authenticator, timers }: CallersOptions): Callers {
  return {
    async callerOf(call) {
      const peer = peerAt(sessionOf(call)?.socket);
      // A connection that came in by no door of ours has proved nothing, whatever it sends.
      if (!peer) throw unauthenticated('this connection cannot be told who it is of');
      if (peer.certificate) {
        // Envoy would try again on the same connection for ever.
        if (peer.certificate.expiresAtMs <= timers.now()) sessionOf(call)?.close();
        return { ...inForce(peer.certificate, timers.now()), via: 'certificate' };
      }
      const token = bearerOf(call.metadata);
      return withinTime(timers, () => authenticator.authenticateToken(token));
    },
    retire: (call) => sessionOf(call)?.close(),
  };
}

/** A connection may outlive the certificate that it was opened with. */
function inForce<T extends { readonly expiresAtMs: number }>(certificate: T, nowMs: number): T {
  if (certificate.expiresAtMs > nowMs) return certificate;
  throw unauthenticated('the client certificate of this connection has expired: connect again with a new one');
}

/** The connection below a call: grpc-js shows its address only, and an address proves nothing. */
function sessionOf(call: Call): Session | undefined {
  const inner = (call as unknown as { readonly call?: { readonly stream?: { readonly session?: Session } } }).call;
  return inner?.stream?.session;
}

/** https://nodejs.org/api/http2.html#class-http2session */
interface Session {
  readonly socket?: object;
  /** Says GOAWAY; what is open goes on to its end. */
  readonly close: () => void;
}

/** https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
function bearerOf(metadata: Metadata): string {
  const said = metadata.get('authorization');
  if (said.length === 0) throw unauthenticated(HOW);
  const [text] = said;
  const match = said.length === 1 && typeof text === 'string' ? BEARER.exec(text) : null;
  if (!match) throw unauthenticated('"authorization" must be "Bearer TOKEN", once');
  if (match[1]!.length > LONGEST_TOKEN) throw unauthenticated(`the token has more than ${LONGEST_TOKEN} characters`);
  return match[1]!;
}

const HOW = 'this port wants a client certificate, or "authorization: Bearer TOKEN": `pharos token` makes one';
const BEARER = /^Bearer +([^\s]+)$/i;

/** Those of Kubernetes have about 1,000. */
const LONGEST_TOKEN = 16 * 1024;

/** The keys of an issuer may have to be fetched. */
const PATIENCE_MS = 10_000;

async function withinTime(timers: Timers, ask: () => Promise<Caller>): Promise<Caller> {
  let callOff = (): void => {};
  const late = new Promise<never>((_, reject) => {
    const tooLate = new Refusal(status.UNAVAILABLE, 'the token could not be checked in time: try again');
    callOff = timers.after(PATIENCE_MS, () => reject(tooLate));
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    throw refusalOf(error);
  } finally {
    callOff();
  }
}

/** Its message is made for callers: it says nothing of keys, and does not repeat the token. */
function refusalOf(error: unknown): unknown {
  return error instanceof Unauthenticated ? unauthenticated(error.message) : error;
}

function unauthenticated(details: string): Refusal {
  return new Refusal(status.UNAUTHENTICATED, details);
}
