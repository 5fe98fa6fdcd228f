import { hostname } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { IdentityOptions } from '../control-plane/identities.ts';
import type { TokenIssuerOption } from '../control-plane/tokens.ts';
import type { Address } from '../server/index.ts';
import { duration } from './duration.ts';
import { hostAndPort } from './host-and-port.ts';
import { defaultStateDirectory } from './state-directory.ts';
import { tokenIssuer } from './token-issuer.ts';

export interface IdentityCommandOptions {
  /** False: `--no-secure`. */
  readonly secure: Address | false;
  readonly secureNames: readonly string[];
  readonly state: string;
  readonly caCerts?: string;
  readonly rootKey: 'p256' | 'rsa';
  readonly trustDomain?: string;
  readonly tokenIssuer: readonly TokenIssuerOption[];
  readonly trustedNodeAccounts: readonly string[];
  readonly workloadTtl: number;
  readonly maxWorkloadTtl: number;
  readonly rotationDelay: number;
}

/** What `serve` is told of identities. */
export function addIdentityOptions(command: Command): Command {
  return command
    .option('--secure <host:port>', 'where proxies prove who they are (TLS)', hostAndPort, {
      host: '127.0.0.1',
      port: 15012,
    })
    .option('--no-secure', 'no such port: no certificates, and nobody has an identity')
    .option('--secure-names <names>', 'DNS names and addresses in the certificate of that port', list, defaultNames())
    .addOption(
      new Option('--state <directory>', 'keeps the root and the key of tokens over restarts').default(
        defaultStateDirectory(),
        '$PHAROS_STATE, else ~/.local/state/pharos',
      ),
    )
    .option('--ca-certs <directory>', 'your own CA: ca-cert.pem, ca-key.pem, root-cert.pem, cert-chain.pem')
    .addOption(new Option('--root-key <kind>', 'of a root made here').choices(['p256', 'rsa']).default('p256'))
    .option('--trust-domain <name>', "of all identities; by default the MeshConfig's, or cluster.local")
    .option(
      '--token-issuer <issuer[,jwks=FILE|URL][,audience=NAME]>',
      'believe tokens of this issuer, too; may be given several times',
      tokenIssuer,
      [],
    )
    .option('--trusted-node-accounts <ns/sa,…>', 'may ask for certificates of Pods on their node', accounts, [])
    .addOption(durationOption('--workload-ttl <duration>', 'how long certificates of workloads live', '24h'))
    .addOption(durationOption('--max-workload-ttl <duration>', 'the longest that may be asked for', '2160h'))
    .addOption(
      durationOption('--rotation-delay <duration>', 'a new root is believed so long before it is used', '10s'),
    );
}

function durationOption(flags: string, description: string, otherwise: string): Option {
  return new Option(flags, description).argParser(duration).default(duration(otherwise), otherwise);
}

/** Undefined: without identities. */
export function identityOptions(options: IdentityCommandOptions): IdentityOptions | undefined {
  const { secure, rootKey, workloadTtl, maxWorkloadTtl, rotationDelay, secureNames, tokenIssuer: issuers } = options;
  if (!secure) return undefined;
  return {
    address: secure,
    state: options.state,
    caCerts: options.caCerts,
    rootKey: rootKey === 'rsa' ? 'RSA-2048' : 'P-256',
    trustDomain: options.trustDomain,
    names: secureNames,
    tokenIssuers: issuers,
    trustedNodeAccounts: options.trustedNodeAccounts,
    workloadTtlMs: Math.min(workloadTtl, maxWorkloadTtl),
    maxWorkloadTtlMs: maxWorkloadTtl,
    trustFirstMs: rotationDelay,
  };
}

/** How proxies may look for pharos: on this machine, in a cluster, and as a container of a compose file. */
function defaultNames(): readonly string[] {
  return [...new Set(['localhost', '127.0.0.1', '::1', hostname(), 'istiod.istio-system.svc', 'pharos'])];
}

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function accounts(text: string): readonly string[] {
  const strange = list(text).find((item) => !/^[^/]+\/[^/]+$/.test(item));
  if (strange !== undefined) throw new InvalidArgumentError(`must be namespace/serviceAccount, not "${strange}"`);
  return list(text);
}
