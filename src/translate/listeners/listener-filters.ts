import { type ListenerFilter, type ListenerFilterChainMatchPredicate, pack } from '../../proto/index.ts';

/** Restores the destination that the connection had before iptables turned it. */
export const ORIGINAL_DESTINATION: ListenerFilter = {
  name: 'envoy.filters.listener.original_dst',
  typedConfig: pack('envoy.extensions.filters.listener.original_dst.v3.OriginalDst', {}),
};

/** TPROXY: the application sees the client's address. Istio's iptables know connections of the proxy by this mark. */
export const ORIGINAL_SOURCE: ListenerFilter = {
  name: 'envoy.filters.listener.original_src',
  typedConfig: pack('envoy.extensions.filters.listener.original_src.v3.OriginalSrc', { mark: 1337 }),
};

/** Ports whose connections a filter looks at: it costs the others nothing, and they may be of a server that speaks first. */
export type Ports = { readonly except: readonly number[] } | { readonly only: readonly number[] };

/** Reads the server name of a TLS handshake. Starts with 512 bytes: Envoy's default of 64 KiB is paid per connection. */
export const TLS_INSPECTOR: ListenerFilter = tlsInspector({ except: [] });

/** To whom the connection looks like TLS; of others only the application will know. */
export function tlsInspector(ports: Ports): ListenerFilter {
  return {
    name: 'envoy.filters.listener.tls_inspector',
    typedConfig: pack('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector', {
      initialReadBufferSize: 512,
    }),
    filterDisabled: disabledFor(ports),
  };
}

/** Looks whether the first bytes are HTTP. */
export function httpInspector(ports: Ports = { except: [] }): ListenerFilter {
  return {
    name: 'envoy.filters.listener.http_inspector',
    typedConfig: pack('envoy.extensions.filters.listener.http_inspector.v3.HttpInspector', {}),
    filterDisabled: disabledFor(ports),
  };
}

function disabledFor(ports: Ports): ListenerFilterChainMatchPredicate | undefined {
  if ('only' in ports) return { notMatch: anyPortOf(ports.only) };
  return ports.except.length === 0 ? undefined : anyPortOf(ports.except);
}

function anyPortOf(ports: readonly number[]): ListenerFilterChainMatchPredicate {
  const rules = ports.map((port) => ({ destinationPortRange: { start: port, end: port + 1 } }));
  return rules.length === 1 ? rules[0]! : { orMatch: { rules } };
}
