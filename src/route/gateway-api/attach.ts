import { displayName, type FullParent, type ObjectKey } from '../../api/index.ts';
import { type Door, hostnamesAt, isMeant, takes } from './doors.ts';
import type { Attachment, ListenerId, Verdict } from './gateway-api.ts';
import type { Admits } from './namespaces.ts';
import type { Heading } from './route-headings.ts';
import { ACCEPTED, no } from './verdict.ts';

export interface AttachSource {
  readonly admits: Admits;
  /** The route of the other kind that has its hosts at a listener. */
  readonly excludedBy: (listener: ListenerId, route: ObjectKey) => ObjectKey | undefined;
}

/**
 * What becomes of one reference of a route to a Gateway or ListenerSet with these listeners: first its section and port,
 * then kind and namespace, then hosts. https://gateway-api.sigs.k8s.io/reference/spec/#parentreference
 */
export function attach(
  route: Heading,
  to: FullParent,
  doors: readonly Door[],
  source: AttachSource,
): Pick<Attachment, 'accepted' | 'listeners'> {
  const meant = doors.filter((door) => isMeant(door, to));
  if (meant.length === 0) return refused('NoMatchingParent', `${nameOf(to)} ${lacks(to)}`);
  const open = meant.filter((door) => takes(door, route, source.admits));
  if (open.length === 0) return refused('NotAllowedByListeners', `${nameOf(to)} ${closed(meant, route)}`);
  const common = open.map((door) => ({ id: door.id, route: route.key, hostnames: hostnamesAt(door, route) }));
  const matching = common.filter(({ hostnames }) => hostnames.length > 0);
  if (matching.length === 0) {
    const hosts = open.map(({ hostname }) => hostname).join(', ');
    return refused('NoMatchingListenerHostname', `none of its hostnames is of ${nameOf(to)}, which has ${hosts}`);
  }
  const listeners = matching.filter(({ id }) => source.excludedBy(id, route.key) === undefined);
  if (listeners.length > 0) return { accepted: ACCEPTED, listeners };
  const rival = source.excludedBy(matching[0]!.id, route.key)!;
  const message = `an older route of the other kind has its hosts at ${nameOf(to)}: ${displayName(rival)}`;
  return refused('NotAllowedByListeners', message);
}

function refused(reason: string, message: string): { readonly accepted: Verdict; readonly listeners: readonly [] } {
  return { accepted: no(reason, message), listeners: [] };
}

function nameOf({ kind, namespace, name }: FullParent): string {
  return `${kind} ${namespace}/${name}`;
}

function lacks({ sectionName, port }: FullParent): string {
  const named = sectionName === undefined ? 'no listener' : `no listener ${sectionName}`;
  return port === undefined ? `has ${named}` : `has ${named} on port ${port}`;
}

function closed(meant: readonly Door[], { kind, namespace }: Heading): string {
  const protocols = [...new Set(meant.map(({ protocol }) => protocol))].join(', ');
  return meant.some(({ kinds }) => kinds.includes(kind))
    ? `takes no ${kind} from namespace ${namespace}`
    : `takes no ${kind}: its listeners are ${protocols}`;
}
