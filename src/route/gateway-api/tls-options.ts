import { cipherMistake, TLS_OPTIONS } from '../../api/index.ts';
import type { TlsEnd, TlsVersion } from '../server-tls.ts';

export interface TlsOptions extends Pick<TlsEnd, 'minVersion' | 'maxVersion' | 'cipherSuites'> {
  readonly terminateMode: 'SIMPLE' | 'MUTUAL' | 'OPTIONAL_MUTUAL' | 'ISTIO_MUTUAL';
}

/** What the options say. A value that nobody understands may have asked for more: the listener stays closed then. */
export function tlsOptionsOf(
  options: Readonly<Record<string, string>> = {},
): { readonly value: TlsOptions } | { readonly key: string; readonly mistake: string } {
  const wrong = Object.entries(CHECKS).find(([key, check]) => options[key] !== undefined && !check(options[key]));
  if (wrong)
    return { key: wrong[0], mistake: `${wrong[0]} is not ${WANTED[wrong[0]]}: ${JSON.stringify(options[wrong[0]])}` };
  const minVersion = versionOf(options[TLS_OPTIONS.minVersion]);
  const maxVersion = versionOf(options[TLS_OPTIONS.maxVersion]);
  if (minVersion && maxVersion && maxVersion < minVersion) {
    return { key: TLS_OPTIONS.maxVersion, mistake: `${TLS_OPTIONS.maxVersion} is below ${TLS_OPTIONS.minVersion}` };
  }
  const terminateMode = (options[TLS_OPTIONS.terminateMode] ?? 'SIMPLE') as TlsOptions['terminateMode'];
  return {
    value: { terminateMode, minVersion, maxVersion, cipherSuites: suitesOf(options[TLS_OPTIONS.cipherSuites]) },
  };
}

const MODES = ['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL', 'ISTIO_MUTUAL'];
const VERSIONS: Readonly<Record<string, TlsVersion>> = {
  '1.0': 'TLSv1_0',
  '1.1': 'TLSv1_1',
  '1.2': 'TLSv1_2',
  '1.3': 'TLSv1_3',
};

const CHECKS: Readonly<Record<string, (value: string) => boolean>> = {
  [TLS_OPTIONS.terminateMode]: (value) => MODES.includes(value),
  [TLS_OPTIONS.minVersion]: (value) => Object.hasOwn(VERSIONS, value),
  [TLS_OPTIONS.maxVersion]: (value) => Object.hasOwn(VERSIONS, value),
  // Envoy refuses a listener with one that it does not know.
  [TLS_OPTIONS.cipherSuites]: (value) =>
    suitesOf(value).length > 0 && suitesOf(value).every((suite) => cipherMistake(suite) === undefined),
};

const WANTED: Readonly<Record<string, string>> = {
  [TLS_OPTIONS.terminateMode]: `one of ${MODES.join(', ')}`,
  [TLS_OPTIONS.minVersion]: `one of ${Object.keys(VERSIONS).join(', ')}`,
  [TLS_OPTIONS.maxVersion]: `one of ${Object.keys(VERSIONS).join(', ')}`,
  [TLS_OPTIONS.cipherSuites]: 'a list of cipher suites of TLS 1.2, as OpenSSL calls them',
};

function versionOf(written: string | undefined): TlsVersion | undefined {
  return written === undefined ? undefined : VERSIONS[written];
}

function suitesOf(written = ''): readonly string[] {
  return written
    .split(',')
    .map((suite) => suite.trim())
    .filter((suite) => suite !== '');
}
