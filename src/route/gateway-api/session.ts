import { gatewayDurationMs, type SessionPersistence as Written } from '../../api/index.ts';
import { hash } from '../../lib/shares.ts';
import type { PathMatch, SessionPersistence } from '../route.ts';

/**
 * https://gateway-api.sigs.k8s.io/geps/gep-1619/
 *
 * `whose`: the rule, of whose name one is made for the cookie or header that has none.
 */
export function fromSessionPersistence(
  { type, sessionName, cookieConfig, absoluteTimeout }: Written,
  path: PathMatch | undefined,
  whose: string,
): SessionPersistence {
  const permanent = cookieConfig?.lifetimeType === 'Permanent' && absoluteTimeout !== undefined;
  return {
    kind: type === 'Header' ? 'header' : 'cookie',
    name: sessionName || `session-${hash(whose).toString(16).padStart(8, '0')}`,
    ttlMs: permanent ? gatewayDurationMs(absoluteTimeout) : undefined,
    // A cookie is sent back where the rule holds; of a regular expression nobody knows where that is.
    path: path === undefined || path.kind === 'regex' ? '/' : path.value,
  };
}
