import { type Costs, ITSELF, THE_OBJECT } from '../cost.ts';
import { LISTENER_COSTS } from './listener-costs.ts';
import { made, UNREADABLE_REFERENCE } from './unreadable.ts';

/**
 * What a mistake in a Gateway costs. Where clients must show a certificate, and it cannot be read whose, nobody's is
 * believed: its HTTPS listeners are closed, the others are not.
 */
export const GATEWAY_COSTS: Costs = {
  ...LISTENER_COSTS,
  'spec.gatewayClassName': THE_OBJECT,
  // It would listen on other addresses.
  'spec.addresses': THE_OBJECT,
  // Nobody's ListenerSets are let in.
  'spec.allowedListeners': 'spec.allowedListeners',
  'spec.infrastructure.parametersRef': {
    unit: 'spec.infrastructure',
    becomes: made('parametersRef', () => UNREADABLE_REFERENCE),
  },
  'spec.tls': { unit: 'spec', becomes: made('tls', () => ({ frontend: closedFrontend() })) },
  'spec.tls.frontend': { unit: 'spec.tls', becomes: made('frontend', closedFrontend) },
  'spec.tls.frontend.default.validation': {
    unit: 'spec.tls.frontend.default',
    becomes: made('validation', closedValidation),
  },
  'spec.tls.frontend.perPort[].tls.validation': {
    unit: 'spec.tls.frontend.perPort[].tls',
    becomes: made('validation', closedValidation),
  },
  // Only valid certificates are let in.
  'spec.tls.frontend.default.validation.mode': ITSELF,
  'spec.tls.frontend.perPort[].tls.validation.mode': ITSELF,
  'spec.tls.backend': {
    unit: 'spec.tls',
    becomes: made('backend', () => ({ clientCertificateRef: UNREADABLE_REFERENCE })),
  },
};

/** An unknown field beside may have been meant to be one of these. */
export const GATEWAY_NARROWING = ['spec.tls.frontend.default.validation', 'spec.tls.frontend.perPort[].tls.validation'];

function closedFrontend() {
  return { default: { validation: closedValidation() } };
}

function closedValidation() {
  return { caCertificateRefs: [UNREADABLE_REFERENCE] };
}
