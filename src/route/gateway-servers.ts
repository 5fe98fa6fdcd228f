import { type Gateway, writtenPath } from '../api/index.ts';
import type { GatewayServer, ServerKind } from './routing.ts';
import { serverTlsOf } from './server-tls.ts';

/** The servers of a Gateway, in its own order. */
export function serversOf(object: Gateway): readonly GatewayServer[] {
  return (object.spec.servers ?? []).flatMap((server, at) => {
    if (!server) return [];
    const { port, tls } = server;
    const protocol = port.protocol.toUpperCase();
    const isHttp = protocol.startsWith('HTTP') ? protocol !== 'HTTPS' : protocol.startsWith('GRPC');
    return [
      {
        port: port.number,
        // The parser has admitted no other; gRPC-Web is gRPC by other means.
        protocol: (protocol === 'GRPC-WEB' ? 'GRPC' : protocol) as GatewayServer['protocol'],
        portName: port.name,
        bind: server.bind || undefined,
        gateway: object.key,
        path: writtenPath(object, `spec.servers[${at}]`),
        name: server.name || undefined,
        httpsRedirect: isHttp && (tls?.httpsRedirect ?? false),
        hosts: server.hosts,
        tls: tls && !isHttp ? serverTlsOf(tls) : undefined,
      },
    ];
  });
}

export function kindOf({ protocol, tls }: GatewayServer): ServerKind {
  if (protocol === 'HTTP' || protocol === 'HTTP2' || protocol === 'GRPC') return 'http';
  if (protocol === 'UDP') return 'udp';
  if (tls === undefined) return 'tcp';
  if (tls.mode === 'passthrough' || tls.mode === 'auto-passthrough') return tls.mode;
  return protocol === 'HTTPS' ? 'https' : 'tls';
}

/** `namespace/name`. */
export function gatewayKey({ gateway }: GatewayServer): string {
  return gateway.split('/').slice(2).join('/');
}

/** Hosts as TLS clients name them: without the namespaces that may serve them. */
export function serverNamesOf({ hosts }: GatewayServer): readonly string[] {
  return [...new Set(hosts.map((host) => host.slice(host.indexOf('/') + 1)))].sort();
}
