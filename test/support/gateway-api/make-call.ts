import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { performCall } from '../perform-call.ts';
import type { Answer } from './answer.ts';
import { type Call, type Target, targetOf } from './call.ts';
import { http2Calls } from './http2-call.ts';
import { lineCall } from './line-call.ts';
import type { Certificates } from './macros.ts';
import { inSession } from './session.ts';
import { datagramCall } from './udp-call.ts';
import { webSocketCall } from './websocket-call.ts';

/** Where a call enters: an address, and the call's own port. */
export interface Entrance {
  readonly address: string;
  readonly port: number;
  /** Undefined: in plain text. */
  readonly secure: ConnectionOptions | undefined;
}

/** Makes a call at an address as many times as it says. HTTP keeps its connection, all others have one for each time. */
export async function makeCall(call: Call, address: string, certificates: Certificates): Promise<readonly Answer[]> {
  const target = targetOf(call);
  const secure = target.secure ? secureOptions(call, target, certificates) : undefined;
  const entrance: Entrance = { address, port: target.port, secure };
  switch (target.kind) {
    case 'GRPC':
      return http2Calls(call, target, entrance);
    case 'HTTP':
      return call.http === 2 ? http2Calls(call, target, entrance) : http1Calls(call, entrance);
    case 'WS':
      return severally(call, () => webSocketCall(call, target, entrance));
    case 'TCP':
    case 'TLS':
      return severally(call, () => lineCall(entrance));
    case 'UDP':
      return severally(call, () => datagramCall(entrance, { silent: call.expect.status === 'closed' }));
  }
}

/** One connection, or one for each time where every answer says something for the next. */
async function http1Calls(call: Call, { address, port, secure }: Entrance): Promise<readonly Answer[]> {
  const door = { address, port, ...(secure && { secure }) };
  if (call.session === undefined) return (await performCall(call, door)).answers;
  return inSession(call, async (next) => (await performCall({ ...next, times: 1 }, door)).answers[0]!);
}

/** Who is believed is checked only where the call says whom: tests look at what they are shown, or do not care. */
function secureOptions(call: Call, { host }: Target, certificates: Certificates): ConnectionOptions {
  const { sni = host, cert, trust } = call;
  const shown = cert === undefined ? undefined : certificates[cert]!;
  return {
    // Addresses are no server names: https://datatracker.ietf.org/doc/html/rfc6066#section-3
    servername: sni === null || isIP(sni) ? '' : sni,
    rejectUnauthorized: trust !== undefined,
    checkServerIdentity: (_, certificate) => checkServerIdentity(sni ?? host, certificate),
    ...(trust !== undefined && { ca: certificates[trust]!.crt }),
    ...(shown && { cert: shown.crt, key: shown.key }),
  };
}

/** A few at a time: five hundred connections at once are another test. */
const AT_A_TIME = 10;

async function severally({ times }: Call, make: () => Promise<Answer>): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < times) {
    const wave = Math.min(AT_A_TIME, times - answers.length);
    answers.push(...(await Promise.all(Array.from({ length: wave }, make))));
  }
  return answers;
}
