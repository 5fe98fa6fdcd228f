import { type Costs, THE_OBJECT } from '../cost.ts';
import type { Remark } from '../finding.ts';
import type { Listener } from './listener.ts';
import { TLS_OPTIONS } from './tls-options.ts';

/** A listener in which something is wrong would open a port to more than it is meant for. */
export const LISTENER_COSTS: Costs = {
  'spec.listeners': THE_OBJECT,
  'spec.listeners[]': 'spec.listeners[]',
  // An option may ask for certificates of clients.
  'spec.listeners[].tls.options': 'spec.listeners[]',
};

const KNOWN: readonly string[] = Object.values(TLS_OPTIONS);

/** Options of other programs. */
export function* checkTlsOptions(listeners: readonly Listener[]): Generator<Remark> {
  for (const [i, { tls }] of listeners.entries()) {
    for (const option of Object.keys(tls?.options ?? {})) {
      if (KNOWN.includes(option)) continue;
      const path = ['spec', 'listeners', i, 'tls', 'options', option];
      const message = `${option} is no option that is known here; it has no effect`;
      yield { path, severity: 'notice', code: 'not-applied', message, hint: `known are ${KNOWN.join(', ')}` };
    }
  }
}
