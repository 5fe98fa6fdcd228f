import type { MtlsMode, Policies, Subject } from '../../policy/index.ts';
import type { View } from '../../view/index.ts';
import type { EnforcedId, Enforcement } from '../enforced.ts';
import type { Takes } from './inbound-matches.ts';

/** Who may connect to a port and what each may do, small enough to be part of a listener's key. */
export interface GuardKey {
  readonly takes: Takes;
  readonly enforced: EnforcedId;
}

/** What policies say of the ports of a sidecar's workload. */
export interface Guards {
  readonly at: (view: View, port: number) => GuardKey;
  /** Of ports that no service has: of any, and of those that policies name. */
  readonly elsewhere: (
    view: View,
    served: readonly number[],
  ) => { readonly rest: GuardKey; readonly restAt: readonly (GuardKey & { readonly port: number })[] };
}

export function createGuards(policies: Policies, enforcement: Enforcement): Guards {
  const guard = (view: View, port: number | undefined): GuardKey => ({
    takes: takes(policies.mtlsMode(view.namespace, view.labels, port ?? NO_PORT), view),
    enforced: enforcement.idOf(subjectOf(view), port),
  });
  return {
    at: guard,
    elsewhere: (view, served) => {
      const named = policies.mtlsPorts(view.namespace, view.labels).filter((port) => !served.includes(port));
      return { rest: guard(view, undefined), restAt: named.map((port) => ({ port, ...guard(view, port) })) };
    },
  };
}

/** No policy can say anything of it. */
const NO_PORT = 0;

/** A proxy without a certificate cannot take what is encrypted for it; what must be, it refuses. */
function takes(mode: MtlsMode, { secrets }: View): Takes {
  switch (mode) {
    case 'disable':
      return 'plain';
    case 'permissive':
      return secrets === 'none' ? 'plain' : 'both';
    case 'strict':
      return secrets === 'none' ? 'nothing' : 'mtls';
  }
}

export function subjectOf({ role, namespace, labels }: View): Subject {
  return { role, namespace, labels };
}
