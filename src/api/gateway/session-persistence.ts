import type { z } from 'zod';
import type { Remark } from '../finding.ts';
import type { Path } from '../path.ts';
import { type Deep, type Mistake, object, oneOf, optional, rule, text } from '../vocabulary.ts';
import { gatewayDuration, tokenMistake } from './words.ts';

/** A client comes back to the same endpoint: https://gateway-api.sigs.k8s.io/reference/spec/#sessionpersistence */
export const sessionPersistence = object({
  /** Of the cookie or the header. Absent or empty: one is made up. */
  sessionName: optional(
    text((value) =>
      value === '' || (value.length <= 128 && !tokenMistake(value))
        ? undefined
        : 'must be the name of a cookie or a header, 128 characters at most',
    ),
  ),
  absoluteTimeout: optional(gatewayDuration()),
  /** Absent: Cookie. */
  type: optional(oneOf(['Cookie', 'Header'])),
  cookieConfig: optional(
    object({
      /** Absent: Session. */
      lifetimeType: optional(oneOf(['Permanent', 'Session'])),
    }),
  ),
}).check(
  rule(({ type = 'Cookie', cookieConfig, absoluteTimeout }): Mistake | undefined => {
    if (cookieConfig && type !== 'Cookie') {
      return { path: ['cookieConfig'], code: 'conflict', message: `must not stand beside type ${type}` };
    }
    const needed = cookieConfig?.lifetimeType === 'Permanent' && absoluteTimeout === undefined;
    return needed
      ? { path: ['absoluteTimeout'], code: 'missing-field', message: 'is required for lifetimeType Permanent' }
      : undefined;
  }),
);

export type SessionPersistence = Deep<z.infer<typeof sessionPersistence>>;

interface Rule {
  readonly sessionPersistence?: SessionPersistence | undefined;
}

export function* remarksOnSessions(rules: readonly Rule[] = []): Generator<Remark> {
  for (const [i, { sessionPersistence: session }] of rules.entries()) {
    if (session) yield* remarksOnSession(session, ['spec', 'rules', i, 'sessionPersistence']);
  }
}

/** Envoy counts the age of permanent cookies only. */
export function* remarksOnSession({ absoluteTimeout, cookieConfig }: SessionPersistence, at: Path): Generator<Remark> {
  if (absoluteTimeout === undefined || cookieConfig?.lifetimeType === 'Permanent') return;
  const message =
    'is not applied: a session that is not a permanent cookie lasts until the client or the endpoint ends it';
  yield { path: [...at, 'absoluteTimeout'], severity: 'notice', code: 'not-applied', message };
}
