import { pack, type TransportSocket } from '../../proto/index.ts';

/** Tells the upstream who the client is before anything else, and before TLS begins. Undefined: plain text. */
export function throughProxyProtocol(
  version: 'V1' | 'V2' | undefined,
  socket: TransportSocket | undefined,
): TransportSocket | undefined {
  if (!version) return socket;
  return {
    name: 'envoy.transport_sockets.upstream_proxy_protocol',
    typedConfig: pack('envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport', {
      config: { version },
      transportSocket: socket ?? RAW_BUFFER,
    }),
  };
}

export const RAW_BUFFER: TransportSocket = {
  name: 'envoy.transport_sockets.raw_buffer',
  typedConfig: pack('envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer', {}),
};
