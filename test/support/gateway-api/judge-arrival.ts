import { X509Certificate } from 'node:crypto';
import { differs } from '../judge-call.ts';
import type { Arrived } from './call.ts';
import type { Witness } from './echo-at.ts';
import type { Certificates } from './macros.ts';

/** What of a request is not as it should have arrived, a sentence each. Undefined: none arrived. */
export function judgeArrival(
  expected: Arrived,
  arrived: Witness | undefined,
  certificates: Certificates,
): readonly string[] {
  const { method, path, host, headers = {}, tls, http, sni, client } = expected;
  if (!arrived) return Object.keys(expected).length > 0 ? ['nobody says what arrived'] : [];
  return [
    ...differs('method that arrived', method, arrived.method),
    ...differs('path that arrived', path, arrived.path),
    ...differs('host that arrived', host, arrived.host),
    ...judgeHeaders('that arrived', headers, (name) => textOf(arrived.headers[name])),
    ...differs('TLS at the backend', tls, arrived.tls !== undefined),
    ...differs('HTTP version that arrived', http, versionOf(arrived)),
    ...differs('server name that arrived', sni, arrived.tls?.sni ?? null),
    ...differs('certificate that arrived', client, clientOf(arrived, certificates)),
  ];
}

/** Header by header; `whose` ends the sentence. */
export function judgeHeaders(
  whose: string,
  expected: Readonly<Record<string, string | null>>,
  actual: (name: string) => string | undefined,
): readonly string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const text = actual(name);
    if (text !== undefined && value !== null && isLike(value, text)) return [];
    return differs(`header ${name} ${whose}`, value, text ?? null);
  });
}

/** A list may have spaces after its commas; what stands between slashes may be a pattern. */
function isLike(expected: string, actual: string): boolean {
  if (unspaced(expected) === unspaced(actual)) return true;
  const pattern = /^\/(.+)\/$/.exec(expected)?.[1];
  return pattern !== undefined && [actual, unspaced(actual)].some((text) => new RegExp(pattern).test(text));
}

function unspaced(list: string): string {
  return list.replaceAll(/,\s+/g, ',');
}

function textOf(value: Witness['headers'][string]): string | undefined {
  return value === undefined ? undefined : `${value}`;
}

function versionOf({ protocol }: Witness): number | undefined {
  const [name, version] = protocol.split('/');
  return name === 'HTTP' ? Math.floor(Number(version)) : undefined;
}

/** The name of the certificate, if it is one that the case knows. */
function clientOf({ tls }: Witness, certificates: Certificates): string | undefined {
  const shown = tls?.client;
  if (!shown) return undefined;
  const known = Object.entries(certificates).find(([, { crt }]) => new X509Certificate(crt).fingerprint256 === shown);
  return known?.[0] ?? 'one that the case does not know';
}
