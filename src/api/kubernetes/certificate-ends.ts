import { readCertificates } from '../../lib/certificates.ts';
import { formatPath } from '../path.ts';
import { textOf } from './credential.ts';
import { type KubeSecret, placeOf } from './secret.ts';

/** When a certificate of a Secret ends. */
export interface CertificateEnd {
  /** `data.tls.crt` of its Secret. */
  readonly path: string;
  /** Which of the certificates there, from 1. */
  readonly number: number;
  readonly count: number;
  readonly notAfterMs: number;
}

/** Of all that is read as certificates. What cannot be read as such is told elsewhere, if anybody needs it. */
export function certificateEnds(secret: KubeSecret): readonly CertificateEnd[] {
  return FIELDS.flatMap((field): readonly CertificateEnd[] => {
    const text = textOf(secret, field);
    const read = text === undefined ? undefined : readCertificates(text);
    if (!read || 'mistake' in read) return [];
    const path = formatPath(placeOf(secret, field)!);
    const count = read.value.length;
    return read.value.map(({ validToDate }, i) => ({ path, number: i + 1, count, notAfterMs: validToDate.getTime() }));
  });
}

const FIELDS = ['cert', 'tls.crt', 'cacert', 'ca.crt'];
