import { existsSync } from 'node:fs';
import type { Layers } from '../../lib/layers.ts';
import { sharesOf } from '../../lib/shares.ts';
import { type Entry, encode, type Secret } from '../../proto/index.ts';
import {
  authoritiesSecret,
  fileAuthoritiesSecret,
  filePairSecret,
  pairSecret,
} from '../../translate/secrets/secret.ts';
import type { Identity } from './identity.ts';

/** The secrets that the Envoy beside the agent is served, by the names that Istio gives them. */
export interface AgentSecrets {
  readonly set: (identity: Identity) => void;
  /** Somebody asks for these. */
  readonly ask: (names: readonly string[]) => void;
  readonly layers: () => Layers<Entry>;
  /** Gives what ends the calls. */
  readonly onChange: (listener: () => void) => () => void;
}

/** `default`, `ROOTCA`, and by their names files that Envoy reads itself, as they are asked for. */
export function createAgentSecrets(): AgentSecrets {
  const files = new Map<string, Secret>();
  const listeners = new Set<() => void>();
  let own: readonly Secret[] = [];
  let layers: Layers<Entry> = [];

  function publish(): void {
    const secrets = [...own, ...files.values()];
    layers = [sharesOf(secrets.map((secret) => [secret.name!, encode('sds', secret)] as const))];
    for (const listener of listeners) listener();
  }

  return {
    set(identity) {
      own = [pairSecret('default', identity), authoritiesSecret('ROOTCA', identity.rootsPem, undefined)];
      publish();
    },
    ask(names) {
      const young = names.filter((name) => !files.has(name)).flatMap((name) => fileSecretOf(name) ?? []);
      if (young.length === 0) return;
      for (const secret of young) files.set(secret.name!, secret);
      publish();
    },
    layers: () => layers,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** `file-cert:CHAIN~KEY`, `file-root:FILE`, `file-root:system`. Envoy follows what is in them. */
function fileSecretOf(name: string): Secret | undefined {
  const [, chain, key] = /^file-cert:([^~]+)~([^~]+)$/.exec(name) ?? [];
  if (chain !== undefined && key !== undefined) return filePairSecret(name, { chain, key });
  const [, root] = /^file-root:(.+)$/.exec(name) ?? [];
  if (root === undefined) return undefined;
  const path = root === 'system' ? SYSTEM_ROOTS.find(existsSync) : root;
  return path === undefined ? undefined : fileAuthoritiesSecret(name, path);
}

/** Where Debian, Fedora, openSUSE, Alpine and macOS have them: https://go.dev/src/crypto/x509/root_linux.go */
const SYSTEM_ROOTS = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
