import type { FrontendValidation, FullReference, GatewayTls } from '../../api/index.ts';
import type { CaCertificates } from './ca-references.ts';
import type { Verdict } from './gateway-api.ts';
import type { ReferenceGrants, Referrer } from './reference-grants.ts';
import { no } from './verdict.ts';

/** What a listener asks of its clients, and what is wrong with the first reference that is wrong. */
export interface ClientValidation {
  /** Undefined: nobody can be believed, so the listener cannot be open. */
  readonly demand: ClientDemand | undefined;
  readonly failure: Verdict | undefined;
}

export interface ClientDemand {
  readonly client: 'required' | 'optional';
  readonly pem: string;
  readonly acceptsUntrusted: boolean;
}

export interface CaSource {
  readonly permits: ReferenceGrants['permits'];
  readonly caCertificates: (to: FullReference) => CaCertificates;
}

/** The validation that holds for HTTPS on a port, and where it is written. A port of its own says all that holds there. */
export function validationFor(
  { frontend }: GatewayTls,
  port: number,
): { readonly validation: FrontendValidation; readonly path: string } | undefined {
  const at = frontend?.perPort?.findIndex((own) => own.port === port) ?? -1;
  const path = at < 0 ? 'spec.tls.frontend.default' : `spec.tls.frontend.perPort[${at}].tls`;
  const { validation } = (at < 0 ? frontend?.default : frontend?.perPort?.[at]?.tls) ?? {};
  return validation && { validation, path: `${path}.validation` };
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#frontendtlsvalidation */
export function validateClients(
  { caCertificateRefs, mode = 'AllowValidOnly' }: FrontendValidation,
  from: Referrer,
  { permits, caCertificates }: CaSource,
  pathOf: (inside: string) => string | undefined,
): ClientValidation {
  const found = caCertificateRefs.map((ref, i): string | Verdict => {
    const path = pathOf(`.caCertificateRefs[${i}]`);
    const to = { ...ref, namespace: ref.namespace ?? from.namespace };
    if (!permits(from, to)) {
      const message = `no ReferenceGrant in ${to.namespace} lets a ${from.kind} of ${from.namespace} use ${to.kind} ${to.name}`;
      return no('RefNotPermitted', message, path);
    }
    const held = caCertificates(to);
    if ('pem' in held) return held.pem;
    return no(held.lacks === 'kind' ? 'InvalidCACertificateKind' : 'InvalidCACertificateRef', held.message, path);
  });
  const pems = found.filter((one) => typeof one === 'string');
  const acceptsUntrusted = mode === 'AllowInsecureFallback';
  const client = acceptsUntrusted ? 'optional' : 'required';
  return {
    demand: pems.length === 0 ? undefined : { client, pem: pems.join(''), acceptsUntrusted },
    failure: found.find((one) => typeof one !== 'string'),
  };
}

/** Whether clients that nobody vouches for are let in anywhere. */
export function isInsecure({ frontend }: GatewayTls): boolean {
  const all = [frontend?.default, ...(frontend?.perPort ?? []).map(({ tls }) => tls)];
  return all.some((one) => one?.validation?.mode === 'AllowInsecureFallback');
}
