import type { Mesh } from '../../mesh/index.ts';
import type { GatewayApi } from '../../route/index.ts';
import type { ViewId, Views } from '../../view/index.ts';
import { callerOf, createExternalCalls } from '../external-plan.ts';
import type { LeftOut } from '../translator.ts';

/** Backends outside that ask for a certificate which a proxy cannot have: it cannot connect there. */
export function createLackingCertificates(
  mesh: Mesh,
  api: GatewayApi,
  views: Views,
): (view: ViewId) => readonly LeftOut[] {
  const callsOf = createExternalCalls(mesh, api);
  return (viewId) => {
    const caller = callerOf(views.view(viewId));
    const { message, hint } = caller.role === 'sidecar' ? FOR_SIDECARS : FOR_GATEWAYS;
    const backends = callsOf(caller).flatMap(({ to, mayShow }) =>
      mayShow || to.speaks === 'sealed' ? [] : to.backend,
    );
    return [...new Set(backends)].flatMap((backend) => {
      const said = api.external.of(backend);
      if (said?.tls.mode !== 'mutual') return [];
      const { object, path } = said.origin;
      return [{ origin: { object, path: `${path}.tls.clientCertificateRef` }, message, hint }];
    });
  };
}

const FOR_SIDECARS = {
  message: 'sidecars get no Secrets by name: they cannot connect here, gateways can',
  hint: 'route calls of sidecars through a Gateway',
};

const FOR_GATEWAYS = {
  message: 'a proxy that has not proved to be of the namespace of its Gateway gets no Secrets: it cannot connect here',
  hint: 'let it connect over the secure port',
};
