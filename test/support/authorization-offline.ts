import { type Answer, authorize, type Question } from '../../src/control-plane/authorize.ts';
import { gatewaysOf } from '../../src/control-plane/gateways.ts';
import type { ControlPlane } from '../../src/control-plane/index.ts';
import { type KnownPort, type KnownWorkload, workloadsOf } from '../../src/control-plane/workloads.ts';
import { changesOf } from '../../src/source/index.ts';
import { identityOf, requestOf } from './authorization-call.ts';
import { placeOf, type Scene } from './authorization-scene.ts';
import type { StoryCall } from './authorization-story.ts';
import { load } from './corpus.ts';
import { differs } from './differs.ts';
import { SUSPECT } from './external-authorizer.ts';

/** What `pharos authz` says of calls, without any proxy. */
export interface Offline {
  /** What is not as it was with a real Envoy, which answered with this status: a sentence each. */
  readonly disagreements: (call: StoryCall, token: string | undefined, status: number) => Promise<readonly string[]>;
}

export function createOffline({ yaml, story }: Scene): Offline {
  const controlPlane = load(changesOf([['mesh.yaml', yaml]]));
  return {
    disagreements: async (call, token, status) => {
      const { address, port } = placeOf(call, story);
      const called = findCalled(controlPlane, port);
      const answer = await authorize(controlPlane, questionOf(call, token, { ...called, address }));
      const { decision, allowed } = answer;
      return [
        ...differs('authz', status === 200, letsIn(answer, call)),
        ...differs('authz: status', allowed ? undefined : status, allowed ? undefined : (answer.status ?? 0)),
        ...differs('authz: before policies', call.early, decision === undefined),
        ...(decision ? differs('authz: asked', call.asked || call.unanswered, isAsked(answer)) : []),
        ...differs('authz: noted', call.noted, decision?.notes.find(({ kind }) => kind !== 'asked')?.kind),
      ];
    },
  };
}

interface Called {
  readonly to: KnownWorkload;
  readonly port: KnownPort;
}

/** The gateway where there is one, or cart. */
function findCalled(controlPlane: ControlPlane, number: number): Called {
  const [gateway] = gatewaysOf(controlPlane);
  const to = gateway ?? workloadsOf(controlPlane).find(({ name }) => name === 'cart-1' || name === 'cart');
  const port = to?.ports.find((one) => one.number === number);
  if (!to || !port) throw new Error(`nobody knows of ${number} of ${JSON.stringify(to)}`);
  return { to, port };
}

function questionOf(
  call: StoryCall,
  token: string | undefined,
  { to, port, address }: Called & { address: string },
): Question {
  const { as, from, sni, metadata } = call;
  const request = requestOf(call, token);
  const lower = Object.entries(request?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    from: as === undefined ? undefined : identityOf(as),
    to: { ...to, addresses: [address] },
    port,
    http: request && { ...request, headers: Object.fromEntries(lower), claims: undefined },
    sourceIp: from,
    plaintext: as === undefined,
    serverName: sni ?? '',
    metadata: metadata as NonNullable<Question['metadata']>,
  };
}

/** Whoever is asked decides, too. */
function letsIn(answer: Answer, { headers, from, unanswered, is }: StoryCall): boolean {
  const isRefused = headers['x-check'] === 'deny' || from === SUSPECT || (unanswered && is !== 'allowed');
  return answer.allowed && !(isAsked(answer) && isRefused);
}

function isAsked({ reason, decision }: Answer): boolean {
  return reason !== 'nobody-to-ask' && (decision?.notes ?? []).some(({ kind }) => kind === 'asked');
}
