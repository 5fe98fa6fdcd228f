/**
 * Protocols that a port may speak, in either case: `http` is HTTP. Consumers compare in upper case.
 *
 * https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export function protocolMistake(value: string): string | undefined {
  return PROTOCOLS.has(value.toUpperCase()) ? undefined : `must be one of ${[...PROTOCOLS].join(', ')}`;
}

/** Those of a gateway's port. */
export function gatewayProtocolMistake(value: string): string | undefined {
  const known = GATEWAY_PROTOCOLS.includes(value.toUpperCase());
  return known ? undefined : `must be one of ${GATEWAY_PROTOCOLS.join(', ')}`;
}

const GATEWAY_PROTOCOLS = ['HTTP', 'HTTPS', 'HTTP2', 'GRPC', 'GRPC-WEB', 'TCP', 'TLS', 'MONGO'];

const PROTOCOLS = new Set([...GATEWAY_PROTOCOLS, 'HTTP_PROXY', 'UDP', 'REDIS', 'MYSQL', 'HBONE']);
