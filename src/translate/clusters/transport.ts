import { pack, type TransportSocket } from '../../proto/index.ts';

/** Tells the upstream who the client is before anything else; plain text after that. */
export function buildProxyProtocolSocket(version: 'V1' | 'V2' | undefined): TransportSocket | undefined {
  if (!version) return undefined;
  return {
    name: 'envoy.transport_sockets.upstream_proxy_protocol',
    typedConfig: pack('envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport', {
      config: { version },
      transportSocket: RAW_BUFFER,
    }),
  };
}

const RAW_BUFFER: TransportSocket = {
  name: 'envoy.transport_sockets.raw_buffer',
  typedConfig: pack('envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer', {}),
};
