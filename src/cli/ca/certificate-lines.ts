import type { AuthorityDescription, CertificateDescription } from '../../ca/index.ts';

/** Whom to believe, and who signs; of keys nothing. */
export function authorityJson({ signer, roots }: AuthorityDescription) {
  return { signer: certificateJson(signer), roots: roots.map(certificateJson) };
}

function certificateJson({ subject, fingerprint, notBeforeMs, notAfterMs }: CertificateDescription) {
  return { subject, fingerprint, from: when(notBeforeMs), until: when(notAfterMs) };
}

export function certificateLines({ subject, fingerprint, notBeforeMs, notAfterMs }: CertificateDescription): string[] {
  return [subject, `  SHA-256  ${fingerprint}`, `  valid    ${when(notBeforeMs)} to ${when(notAfterMs)}`];
}

export function when(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
