import type { HttpExternalAuth, HttpRequestMirror, HttpRouteFilter } from '../../api/index.ts';
import type { Cors, ExternalAuthorization, HeaderChanges, Mirror, PathMatch, PathRewrite, Redirect } from '../route.ts';
import { fromCorsFilter } from './cors.ts';
import { byCalls } from './external-uses.ts';
import { fromModifiers, hostIn } from './header-changes.ts';
import type { Around } from './listening.ts';
import { withoutEnd } from './match.ts';
import { fromPathModifier } from './path-modifier.ts';
import { fromRequestRedirect } from './redirect.ts';

/** What the filters of a rule, or of one of its backends, do together. */
export interface Effects {
  readonly headers: HeaderChanges | undefined;
  readonly rewriteHost: string | undefined;
  readonly rewritePath: PathRewrite | undefined;
  readonly redirect: Redirect | undefined;
  readonly mirrors: readonly Mirror[];
  readonly cors: Cors | undefined;
  readonly externalAuthorization: ExternalAuthorization | undefined;
}

/** A filter that cannot be done must not be skipped: the one at this place. */
export interface Undoable {
  readonly undoable: number;
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#httproutefilter */
export function fromFilters(
  filters: readonly HttpRouteFilter[] | undefined,
  match: PathMatch | undefined,
  { listening, destinationOf }: Around,
): Effects | Undoable {
  const all = filters ?? [];
  const one = <K extends keyof HttpRouteFilter>(field: K) => all.find((filter) => filter[field] !== undefined)?.[field];
  const [redirect, rewrite] = [one('requestRedirect'), one('urlRewrite')];
  const redirected = redirect && fromRequestRedirect(redirect, match, listening);
  const rewritten = rewrite?.path && fromPathModifier(rewrite.path, match);
  const undoable = all.findIndex(
    (filter) =>
      isUnknown(filter) ||
      (filter.requestRedirect && redirected === 'not-possible') ||
      (filter.urlRewrite && rewritten === 'not-possible'),
  );
  if (undoable >= 0 || redirected === 'not-possible' || rewritten === 'not-possible') return { undoable };
  const [cors, auth] = [one('cors'), one('externalAuth')];
  return {
    headers: fromModifiers(one('requestHeaderModifier'), one('responseHeaderModifier')),
    rewriteHost: rewrite?.hostname ?? hostIn(one('requestHeaderModifier')),
    rewritePath: rewritten,
    redirect: redirected,
    mirrors: all.flatMap(({ requestMirror }) => (requestMirror ? fromMirror(requestMirror, destinationOf) : [])),
    cors: cors && fromCorsFilter(cors),
    externalAuthorization: auth && fromExternalAuth(auth, destinationOf),
  };
}

/** Filters of other programs: there are none that this one knows. */
export function isUnknown({ type }: Pick<HttpRouteFilter, 'type'>): boolean {
  return type === 'ExtensionRef';
}

function fromMirror(
  { backendRef, percent, fraction }: HttpRequestMirror,
  destinationOf: Around['destinationOf'],
): readonly Mirror[] {
  const share = fraction ? (fraction.numerator / (fraction.denominator ?? 100)) * 100 : (percent ?? 100);
  return share === 0 ? [] : [{ to: destinationOf(backendRef), percent: share }];
}

/** https://gateway-api.sigs.k8s.io/geps/gep-1494/ */
function fromExternalAuth(
  { protocol, backendRef, http, grpc, forwardBody }: HttpExternalAuth,
  destinationOf: Around['destinationOf'],
): ExternalAuthorization {
  const path = withoutEnd(http?.path ?? '');
  const to = destinationOf(backendRef);
  return {
    to: protocol === 'GRPC' && to.kind === 'external' ? byCalls(to) : to,
    protocol: protocol === 'GRPC' ? 'grpc' : 'http',
    pathPrefix: path === '' || path.startsWith('/') ? path : `/${path}`,
    allowedRequestHeaders: (protocol === 'GRPC' ? grpc : http)?.allowedHeaders ?? [],
    allowedResponseHeaders: http?.allowedResponseHeaders ?? [],
    maxBodyBytes: forwardBody?.maxSize ?? 0,
  };
}
