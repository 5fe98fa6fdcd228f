import type { Authorization } from '../../policy/index.ts';
import { type Filter, type HttpFilter, pack } from '../../proto/index.ts';
import { buildRbac } from './rbac/shadow.ts';
import { forConnections } from './rbac/tcp.ts';

export const HTTP_RBAC = 'envoy.filters.http.rbac';
export const NETWORK_RBAC = 'envoy.filters.network.rbac';

/** Istio's name for the statistics of filters of connections. */
export const TCP_STATISTICS = 'tcp.';

/**
 * A filter an action, in the order in which they are asked: what is denied need not be allowed.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/rbac_filter
 */
export function authorization({ audit, deny, allow }: Authorization): readonly HttpFilter[] {
  const filters = [buildRbac(audit, 'LOG'), buildRbac(deny, 'DENY'), buildRbac(allow, 'ALLOW')];
  return filters.flatMap((filter) =>
    filter ? [{ name: HTTP_RBAC, typedConfig: pack('envoy.extensions.filters.http.rbac.v3.RBAC', filter) }] : [],
  );
}

/** The same, for connections that are not HTTP. */
export function connectionAuthorization({ audit, deny, allow }: Authorization): readonly Filter[] {
  const filters = [
    buildRbac(forConnections(audit, { denies: true }), 'LOG'),
    buildRbac(forConnections(deny, { denies: true }), 'DENY'),
    buildRbac(forConnections(allow, { denies: false }), 'ALLOW'),
  ];
  return filters.flatMap((filter) => {
    const typedConfig = pack('envoy.extensions.filters.network.rbac.v3.RBAC', {
      ...filter,
      statPrefix: TCP_STATISTICS,
    });
    return filter ? [{ name: NETWORK_RBAC, typedConfig }] : [];
  });
}
