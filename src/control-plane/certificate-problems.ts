import { type CertificateEnd, certificateEnds, type ObjectKey, type Problem } from '../api/index.ts';
import { weakly } from '../lib/weakly.ts';
import type { Store } from '../store/index.ts';

/** How long before its end a certificate is a problem. Milliseconds. */
const SOON_MS = 30 * 24 * 3_600_000;

/** Certificates of Secrets that have ended, or soon will. Here, not where Secrets are read: there is no clock. */
export function certificateProblems({ secrets }: Pick<Store, 'secrets'>, nowMs: number): readonly Problem[] {
  return secrets.keys().flatMap((row) => {
    const secret = secrets.get(row)!;
    return endsOf(secret)
      .filter(({ notAfterMs }) => notAfterMs <= nowMs + SOON_MS)
      .map((end) => problemOf(secret.key, end, nowMs));
  });
}

/** When the first certificate of a Secret ends, in milliseconds since 1970; undefined: there are none. */
export function firstCertificateEnd({ secrets }: Pick<Store, 'secrets'>): number | undefined {
  const ends = secrets.keys().flatMap((row) => endsOf(secrets.get(row)!));
  return ends.length === 0 ? undefined : Math.min(...ends.map(({ notAfterMs }) => notAfterMs));
}

/** Reading certificates takes a while, and this is asked again and again. */
const endsOf = weakly(certificateEnds);

/** Says the day and not how long it is until then, so that it is the same problem every day. */
function problemOf(object: ObjectKey, { path, number, count, notAfterMs }: CertificateEnd, nowMs: number): Problem {
  const isOver = notAfterMs <= nowMs;
  const which = count === 1 ? 'the certificate' : `certificate ${number} of ${count}`;
  const day = new Date(notAfterMs).toISOString().slice(0, 10);
  return {
    severity: 'warning',
    code: isOver ? 'expired-certificate' : 'expiring-certificate',
    object,
    path,
    message: isOver ? `${which} expired on ${day}` : `${which} expires on ${day}`,
    hint: 'replace it: proxies take the new one without a restart',
  };
}
