import { patternsOf } from '../virtual-services.ts';
import type { Listener, ListenerId, Verdict } from './gateway-api.ts';
import { no } from './verdict.ts';
import { nameFor, pathIn, type WrittenListener } from './written-listener.ts';

/** A listener, and what became of it. */
export interface Judged {
  readonly written: WrittenListener;
  readonly listener: Listener;
}

/**
 * Listeners that end TLS on one port for hosts of which some are of both, or with certificates that are good for both, by
 * id: a browser may use the connection to one for the other. `namesIn` are those of a Secret's certificate.
 * https://gateway-api.sigs.k8s.io/geps/gep-3567/
 */
export function overlapsAmong(
  all: readonly Judged[],
  namesIn: (namespace: string, secret: string) => readonly string[],
): ReadonlyMap<ListenerId, Verdict> {
  const byPort = Map.groupBy(all.filter(endsTls), ({ listener }) => listener.port);
  return new Map(
    [...byPort.values()].flatMap((some) => [
      ...meetings(some, hostOf, patternsOf).map(([one, other]) => overlap(one, other, 'OverlappingHostnames')),
      // They are told before hostnames.
      ...meetings(some, namesOf, coveringNames).map(([one, other]) => overlap(one, other, 'OverlappingCertificates')),
    ]),
  );

  function namesOf({ listener: { tls }, written }: Judged): readonly string[] {
    if (tls?.mode !== 'certificates') return [];
    return tls.certificates.flatMap((one) =>
      one.from === 'secret' ? namesIn(one.namespace ?? written.namespace, one.name) : [],
    );
  }
}

function endsTls({ listener: { protocol, tls, accepted } }: Judged): boolean {
  return accepted.ok && (protocol === 'HTTPS' || protocol === 'TLS') && tls?.mode !== 'passthrough';
}

/** Each that has a name in common with another, and that other. */
function meetings(
  all: readonly Judged[],
  namesOf: (one: Judged) => readonly string[],
  covering: (name: string) => readonly string[],
): readonly (readonly [Judged, Judged])[] {
  const named = all.flatMap((one) => [...new Set(namesOf(one))].map((name) => ({ name, one })));
  const byName = new Map(
    [...Map.groupBy(named, ({ name }) => name)].map(([name, found]) => [name, found.map(({ one }) => one)]),
  );
  return [...byName].flatMap(([name, holders]) => {
    const wider = covering(name).flatMap((pattern) => (pattern === name ? [] : (byName.get(pattern) ?? [])));
    const there = [...new Set([...holders, ...wider])];
    // One other is told of. The first has the name itself, so that it is another to all who come after.
    const [first, second] = there;
    return second ? there.map((one) => [one, one === first ? second : first!] as const) : [];
  });
}

function hostOf({ listener: { hostname = '*' } }: Judged): readonly string[] {
  return [hostname];
}

/** In a certificate a wildcard is one label: https://datatracker.ietf.org/doc/html/rfc6125#section-6.4.3 */
function coveringNames(name: string): readonly string[] {
  const wider = `*${name.slice(name.indexOf('.'))}`;
  return name.includes('.') && wider !== name ? [name, wider] : [name];
}

function overlap(
  { written: one }: Judged,
  { written: other }: Judged,
  reason: 'OverlappingHostnames' | 'OverlappingCertificates',
): readonly [ListenerId, Verdict] {
  const what = reason === 'OverlappingHostnames' ? 'hosts of it are of' : 'its certificate has names that are those of';
  const message = `${what} ${nameFor(one, other)} too: clients may use one connection for both, and are told 421 then`;
  return [one.id, no(reason, message, pathIn(one, one.listener.hostname === undefined ? '' : '.hostname'))];
}
