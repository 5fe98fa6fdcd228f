import type { TrafficPolicy } from '../../mesh/index.ts';
import type { BackendTlsPolicies } from '../../route/index.ts';
import type { OutboundSpec } from '../outbound.ts';
import type { OutboundCluster } from './outbound-cluster.ts';

/**
 * A BackendTLSPolicy says how Gateways connect, whatever a DestinationRule says of TLS beside it. With a client certificate
 * of the Gateway both ends are known. https://gateway-api.sigs.k8s.io/reference/spec/#backendtlspolicy
 */
export function gatewayTlsOf(
  { backendTls, clientCertificate }: OutboundSpec,
  policy: TrafficPolicy,
  policies: Pick<BackendTlsPolicies, 'of'>,
): Partial<Pick<OutboundCluster, 'policy' | 'tlsOrigin'>> {
  const found = backendTls === undefined ? undefined : policies.of(backendTls);
  if (!found) return {};
  const { origin: tlsOrigin, tls } = found;
  if (tls.mode !== 'simple' || clientCertificate === undefined) return { policy: { ...policy, tls }, tlsOrigin };
  const [namespace = '', name = ''] = clientCertificate.split('/');
  const certificate = { from: 'secret', namespace, name } as const;
  return { policy: { ...policy, tls: { ...tls, mode: 'mutual', certificate } }, tlsOrigin };
}
