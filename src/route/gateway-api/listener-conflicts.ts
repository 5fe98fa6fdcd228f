import type { ListenerId, Verdict } from './gateway-api.ts';
import { no } from './verdict.ts';
import { nameFor, pathIn, type WrittenListener } from './written-listener.ts';

/**
 * Listeners of one Gateway that cannot be told apart from others, by id. The Gateway's own come first, then ListenerSets
 * from the oldest on: who comes later loses to who was there. Within one object nobody is first: all lose.
 * https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspec (Distinct Listeners)
 */
export function conflictsAmong(listeners: readonly WrittenListener[]): ReadonlyMap<ListenerId, Verdict> {
  const spoken = listeners.filter(({ listener }) => FAMILIES[listener.protocol] !== undefined);
  const byPort = Map.groupBy(spoken, ({ listener: { protocol, port } }) => `${protocol === 'UDP' ? 'UDP' : ''}${port}`);
  return new Map([...byPort.values()].flatMap(conflictsOfPort));
}

/** Listeners of one family share a port if their hostnames differ; TCP and UDP have none. */
const FAMILIES: Readonly<Record<string, string>> = { HTTP: 'http', HTTPS: 'tls', TLS: 'tls', TCP: 'tcp', UDP: 'udp' };

function conflictsOfPort(listeners: readonly WrittenListener[]): (readonly [ListenerId, Verdict])[] {
  const standing: Claims = { families: new Map(), hosts: new Map() };
  const byHolder = Map.groupBy(listeners, ({ holder }) => holder);
  return [...byHolder.values()].flatMap((siblings) => {
    const beaten = siblings.flatMap((one) => verdictOf(one, rivalsOf(one, standing)));
    const left = siblings.filter(({ id }) => !beaten.some(([loser]) => loser === id));
    const equals = left.flatMap((one) => verdictOf(one, rivalsAmong(one, left)));
    // Who is in conflict with itself keeps its place: nobody younger shall have a host because of that.
    for (const one of left) claim(one, standing);
    return [...beaten, ...equals];
  });
}

interface Claims {
  readonly families: Map<string, WrittenListener>;
  readonly hosts: Map<string, WrittenListener>;
}

interface Rivals {
  readonly protocol?: WrittenListener | undefined;
  readonly hostname?: WrittenListener | undefined;
}

function rivalsOf(one: WrittenListener, { families, hosts }: Claims): Rivals {
  const family = familyOf(one);
  const other = [...families].find(([name]) => name !== family || !HAVE_HOSTS.has(family));
  return { protocol: other?.[1], hostname: HAVE_HOSTS.has(family) ? hosts.get(hostKey(one)) : undefined };
}

/** A holder has 64 listeners at most. */
function rivalsAmong(one: WrittenListener, siblings: readonly WrittenListener[]): Rivals {
  const others = siblings.filter(({ id }) => id !== one.id);
  const claims: Claims = { families: new Map(), hosts: new Map() };
  for (const other of others) claim(other, claims);
  return rivalsOf(one, claims);
}

function claim(one: WrittenListener, { families, hosts }: Claims): void {
  const family = familyOf(one);
  if (!families.has(family)) families.set(family, one);
  if (!hosts.has(hostKey(one))) hosts.set(hostKey(one), one);
}

const HAVE_HOSTS: ReadonlySet<string> = new Set(['http', 'tls']);

function familyOf({ listener }: WrittenListener): string {
  return FAMILIES[listener.protocol]!;
}

function hostKey(one: WrittenListener): string {
  return `${familyOf(one)} ${one.listener.hostname ?? '*'}`;
}

function verdictOf(one: WrittenListener, { protocol, hostname }: Rivals): readonly (readonly [ListenerId, Verdict])[] {
  const { port, hostname: host, protocol: own } = one.listener;
  const takenBy = (rival: WrittenListener): string =>
    rival.listener.protocol === own
      ? `${own} port ${port} is of ${nameFor(one, rival)}, and cannot be shared`
      : `port ${port} is ${rival.listener.protocol} for ${nameFor(one, rival)}, and cannot be ${own} too`;
  const alsoOf = (rival: WrittenListener): string =>
    `${host ?? 'any host'} on port ${port} is of ${nameFor(one, rival)} too`;
  // A Gateway knows no such reason.
  if (protocol && one.isOfSet && (hostname || protocol.listener.protocol === own)) {
    const more = hostname ? `; ${alsoOf(hostname)}` : '';
    return [[one.id, no('ListenerConflict', `${takenBy(protocol)}${more}`, pathIn(one))]];
  }
  if (protocol) return [[one.id, no('ProtocolConflict', takenBy(protocol), pathIn(one, '.protocol'))]];
  return hostname
    ? [[one.id, no('HostnameConflict', alsoOf(hostname), pathIn(one, host === undefined ? '' : '.hostname'))]]
    : [];
}
