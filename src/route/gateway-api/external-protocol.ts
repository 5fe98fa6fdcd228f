import type { ExternalSpeech } from '../route.ts';
import type { BackendAsked } from './backend.ts';
import type { ExternalBackend } from './external-backends.ts';

/**
 * What a route of a kind speaks to a backend outside: that is said there, or what the route itself is about. Undefined:
 * the two have nothing in common. https://gateway-api.sigs.k8s.io/geps/gep-4894/#protocol-and-extension-support
 */
export function speechOf(
  protocol: ExternalBackend['protocol'],
  { kind, inMesh }: BackendAsked['from'],
): ExternalSpeech | undefined {
  switch (kind) {
    case 'HTTPRoute':
      return protocol === 'TCP' ? undefined : HTTP[protocol ?? 'HTTP'];
    case 'GRPCRoute':
      return protocol === undefined || CARRIES_CALLS.includes(protocol) ? 'http2' : undefined;
    case 'TLSRoute':
      // In the mesh nobody ends what the client encrypts.
      return inMesh ? 'sealed' : 'bytes';
    case 'TCPRoute':
      return 'bytes';
    default:
      return undefined;
  }
}

const HTTP = {
  HTTP: 'http',
  HTTP11: 'http1',
  HTTP2: 'http2',
  H2C: 'http2',
  // It is made of ordinary requests, of which nothing is looked into: https://modelcontextprotocol.io/specification
  MCP: 'http',
} as const;

const CARRIES_CALLS: readonly string[] = ['HTTP', 'HTTP2', 'H2C'];
