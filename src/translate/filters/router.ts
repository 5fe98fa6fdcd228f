import { type HttpFilter, pack } from '../../proto/index.ts';

/** Sends the request on. */
export function router(): HttpFilter {
  return { name: 'envoy.filters.http.router', typedConfig: pack('envoy.extensions.filters.http.router.v3.Router', {}) };
}
