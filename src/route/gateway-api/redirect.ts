import type { HttpRequestRedirect } from '../../api/index.ts';
import type { PathMatch, Redirect } from '../route.ts';
import type { Listening } from './listening.ts';
import { fromPathModifier, type NotPossible } from './path-modifier.ts';

/** https://gateway-api.sigs.k8s.io/reference/spec/#httprequestredirectfilter */
export function fromRequestRedirect(
  redirect: HttpRequestRedirect,
  match: PathMatch | undefined,
  listening: Listening,
): Redirect | NotPossible {
  const path = redirect.path && fromPathModifier(redirect.path, match);
  if (path === 'not-possible') return path;
  return {
    kind: 'redirect',
    scheme: redirect.scheme,
    host: redirect.hostname,
    port: portOf(redirect, listening),
    path,
    status: redirect.statusCode ?? 302,
  };
}

/**
 * The port that the client is told; undefined: none, because it is the usual one. Who called another port than the usual
 * one has it in its Host, and is told even the usual port, or it would keep its own.
 */
function portOf({ scheme, hostname, port }: HttpRequestRedirect, listening: Listening): number | undefined {
  const called = listening.secure ? 'https' : 'http';
  const told = port ?? (scheme ? USUAL_PORTS[scheme] : listening.port);
  const isUsual = told === USUAL_PORTS[scheme ?? called];
  const namesNone = hostname !== undefined || listening.port === USUAL_PORTS[called];
  return isUsual && namesNone ? undefined : told;
}

const USUAL_PORTS = { http: 80, https: 443 };
