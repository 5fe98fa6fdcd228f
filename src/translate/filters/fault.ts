import { type HttpFilter, pack } from '../../proto/index.ts';

/** Does nothing by itself: routes that inject faults say so in their own configuration of it. */
export function fault(): HttpFilter {
  return {
    name: 'envoy.filters.http.fault',
    typedConfig: pack('envoy.extensions.filters.http.fault.v3.HTTPFault', {}),
  };
}
