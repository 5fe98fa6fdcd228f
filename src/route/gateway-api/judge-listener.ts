import type { Listener, Verdict } from './gateway-api.ts';
import { type ListenerTls, type TlsSource, tlsOf } from './listener-tls.ts';
import { type RouteKinds, routeKindsOf, SPOKEN } from './route-kinds.ts';
import { ACCEPTED, NO_CONFLICTS, no, PROGRAMMED, RESOLVED_REFS } from './verdict.ts';
import { pathIn, type WrittenListener } from './written-listener.ts';

/** What a listener is, but for its overlaps with others; whether its Gateway is taken at all is not asked. */
export function judgeListener(written: WrittenListener, conflict: Verdict | undefined, source: TlsSource): Listener {
  const { name, port, protocol, hostname } = written.listener;
  const kinds = routeKindsOf(written.listener);
  const isSpoken = SPOKEN.includes(protocol);
  const told = isSpoken ? tlsOf(written, source) : { tls: undefined };
  const accepted = acceptedOf(written, conflict, told);
  const resolvedRefs = isSpoken ? resolvedRefsOf(written, kinds, told) : RESOLVED_REFS;
  const programmed = programmedOf(written, accepted, conflict, resolvedRefs, kinds, told);
  return {
    id: written.id,
    gateway: written.gateway,
    holder: written.holder,
    path: pathIn(written),
    name,
    port,
    protocol,
    hostname,
    tls: told.tls,
    supportedKinds: kinds.supported,
    accepted,
    resolvedRefs,
    programmed,
    conflicted: conflict ?? NO_CONFLICTS,
    overlapping: undefined,
  };
}

function acceptedOf(written: WrittenListener, conflict: Verdict | undefined, { refusal }: ListenerTls): Verdict {
  const { protocol } = written.listener;
  if (!SPOKEN.includes(protocol)) {
    const message = `nobody here speaks ${protocol}, only ${SPOKEN.join(', ')}`;
    return no('UnsupportedProtocol', message, pathIn(written, '.protocol'));
  }
  return conflict ?? refusal ?? ACCEPTED;
}

function resolvedRefsOf(written: WrittenListener, { invalid }: RouteKinds, { unresolved }: ListenerTls): Verdict {
  if (unresolved) return unresolved;
  const [first] = invalid;
  if (!first) return RESOLVED_REFS;
  const message = `${first.kind} is no kind of route that ${written.listener.protocol} could have here`;
  return no('InvalidRouteKinds', message, pathIn(written, `.allowedRoutes.kinds[${first.at}]`));
}

/** What a conflict costs a listener of a ListenerSet is told with its own reason: https://gateway-api.sigs.k8s.io/geps/gep-1713/ */
function programmedOf(
  written: WrittenListener,
  accepted: Verdict,
  conflict: Verdict | undefined,
  resolvedRefs: Verdict,
  { supported }: RouteKinds,
  { tls }: ListenerTls,
): Verdict {
  if (!accepted.ok) {
    const isToldTwice = accepted === conflict && written.isOfSet;
    return isToldTwice ? conflict : no('Invalid', accepted.message, accepted.path);
  }
  const isOpen = (tls !== undefined || !isTls(written.listener.protocol)) && supported.length > 0;
  return isOpen ? PROGRAMMED : no('Invalid', resolvedRefs.message, resolvedRefs.path);
}

function isTls(protocol: string): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}
