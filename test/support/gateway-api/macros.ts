import { parseAllDocuments } from 'yaml';
import type { RawObject } from '../../../src/api/index.ts';
import type { MadeCertificate } from './certificates.ts';

export type Certificates = Readonly<Record<string, MadeCertificate>>;

/** Macros look like YAML's flow style: `${good.crt}` would need quotes everywhere. */
export function unfilled(text: string): string {
  return text.replace(/\$\{([\w-]+\.(?:crt|key|ca))\}/g, '__pem:$1__');
}

const MACRO = /__pem:([\w-]+)\.(crt|key|ca)__/g;

/** The documents of a text. Throws for macros of certificates that are not there, and for text that is no YAML. */
export function objectsIn(text: string, certificates: Certificates): readonly RawObject[] {
  return parseAllDocuments(unfilled(text)).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw error;
    const value: unknown = document.toJS();
    return value ? [fillObject(value as RawObject, certificates)] : [];
  });
}

/** `data` of Secrets is base64. */
export function fillObject(object: RawObject, certificates: Certificates): RawObject {
  const { data, ...rest } = object;
  const encode = object.kind === 'Secret' ? (text: string) => Buffer.from(text).toString('base64') : same;
  return {
    ...(fill(rest, certificates) as RawObject),
    ...(data !== undefined && { data: fill(data, certificates, encode) }),
  };
}

function fill(value: unknown, certificates: Certificates, encode = same): unknown {
  if (typeof value === 'string') return fillText(value, certificates, encode);
  if (Array.isArray(value)) return value.map((one) => fill(one, certificates, encode));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, certificates, encode)]));
}

function fillText(text: string, certificates: Certificates, encode: (text: string) => string): string {
  if (text.search(MACRO) < 0) return text;
  const filled = text.replace(MACRO, (_, name: string, part: 'crt' | 'key' | 'ca') => {
    const certificate = certificates[name];
    if (!certificate) throw new Error(`no certificate ${name} in the expect file`);
    return certificate[part];
  });
  return encode(filled);
}

function same(text: string): string {
  return text;
}
