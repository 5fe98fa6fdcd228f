import type { HttpFilter, TypedAny } from '../../proto/index.ts';
import { pack } from '../../proto/index.ts';
import type { SessionPersistence } from '../../route/index.ts';
import { duration } from '../values.ts';

/** The filter by which routes keep sessions, as their own configuration of it says. */
export const ROUTE_SESSION = 'envoy.filters.http.stateful_session';

/** Stands in the chain for all routes and costs those nothing that ask for nothing. */
export function routeSession(): HttpFilter {
  return {
    name: ROUTE_SESSION,
    typedConfig: pack('envoy.extensions.filters.http.stateful_session.v3.StatefulSession', {}),
    disabled: true,
  };
}

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/stateful_session_filter */
export function sessionOfRoute(session: SessionPersistence): TypedAny {
  return pack('envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute', {
    statefulSession: { sessionState: session.kind === 'cookie' ? byCookie(session) : byHeader(session) },
  });
}

function byCookie({ name, path, ttlMs }: SessionPersistence) {
  return {
    name: 'envoy.http.stateful_session.cookie',
    typedConfig: pack('envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState', {
      cookie: { name, path, ttl: ttlMs === undefined ? undefined : duration(ttlMs) },
    }),
  };
}

function byHeader({ name }: SessionPersistence) {
  return {
    name: 'envoy.http.stateful_session.header',
    typedConfig: pack('envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState', { name }),
  };
}
