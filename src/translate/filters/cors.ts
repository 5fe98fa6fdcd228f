import { type HttpFilter, pack } from '../../proto/index.ts';

/** Does nothing by itself: routes that have a CORS policy say so in their own configuration of it. */
export function cors(): HttpFilter {
  return { name: 'envoy.filters.http.cors', typedConfig: pack('envoy.extensions.filters.http.cors.v3.Cors', {}) };
}
