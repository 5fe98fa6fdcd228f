import type { KubernetesGateway } from '../../api/index.ts';
import type { Addresses } from './gateway-addresses.ts';
import { unsupportedAddress } from './gateway-addresses.ts';
import type { Listener, Verdict } from './gateway-api.ts';
import { GATEWAY_GROUP } from './group.ts';
import { type SecretSource, secretFor } from './listener-certificates.ts';
import { ACCEPTED, no, PROGRAMMED, RESOLVED_REFS, yes } from './verdict.ts';

/** Why a Gateway is not taken whatever its listeners are. `itsClass` is the verdict on its GatewayClass. */
export function refusalOf({ spec }: KubernetesGateway, itsClass: Verdict): Verdict | undefined {
  const { gatewayClassName, infrastructure, addresses = [] } = spec;
  if (!itsClass.ok) {
    return no(
      itsClass.reason,
      `its GatewayClass ${gatewayClassName} is not accepted: ${itsClass.message}`,
      'spec.gatewayClassName',
    );
  }
  const ref = infrastructure?.parametersRef;
  if (ref) {
    return no(
      'InvalidParameters',
      `no kind of parameters is known here, ${ref.kind} neither`,
      'spec.infrastructure.parametersRef',
    );
  }
  return unsupportedAddress(addresses);
}

/** Of a Gateway, or of a ListenerSet: it is taken if one of its own listeners is. */
export function acceptedWith(own: readonly Listener[]): Verdict {
  const lost = own.filter(({ programmed }) => !programmed.ok);
  if (lost.length === 0) return ACCEPTED;
  const [first] = lost;
  const message = lost.map(({ name, programmed }) => `${name}: ${programmed.message}`).join('; ');
  return lost.length < own.length
    ? { ...yes('ListenersNotValid', message) }
    : no('ListenersNotValid', message, first!.programmed.path ?? first!.path);
}

export function programmedOf(accepted: Verdict, { failure }: Addresses): Verdict {
  if (!accepted.ok) return no('Invalid', accepted.message, accepted.path);
  return failure ?? PROGRAMMED;
}

/** The Secret that the Gateway shows to backends. */
export function clientCertificateOf(
  { spec, metadata }: KubernetesGateway,
  source: SecretSource,
): { readonly secret: string | undefined; readonly failure: Verdict | undefined } {
  const ref = spec.tls?.backend?.clientCertificateRef;
  if (!ref) return { secret: undefined, failure: undefined };
  const from = { group: GATEWAY_GROUP, kind: 'Gateway', namespace: metadata.namespace };
  const found = secretFor(ref, from, source, 'InvalidClientCertificateRef', 'spec.tls.backend.clientCertificateRef');
  return 'ok' in found
    ? { secret: undefined, failure: found }
    : { secret: `${found.namespace}/${found.name}`, failure: undefined };
}

export function resolvedRefsOf(clientCertificate: Verdict | undefined, own: readonly Listener[]): Verdict {
  if (clientCertificate) return clientCertificate;
  const lost = own.find(({ resolvedRefs }) => !resolvedRefs.ok);
  if (!lost) return RESOLVED_REFS;
  return no('ListenersNotResolved', `${lost.name}: ${lost.resolvedRefs.message}`, lost.resolvedRefs.path);
}
