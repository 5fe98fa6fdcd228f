import { principalOf } from '../lib/spiffe.ts';
import { type Caller, type MtlsMode, type Outlook, outlook } from '../policy/index.ts';
import type { ControlPlane } from './index.ts';
import { accountsOf, type KnownPort, type KnownWorkload, rowOf, workloadsOf } from './workloads.ts';

/** One port of a workload, and who may call it. */
export interface MatrixRow {
  readonly workload: string;
  readonly port: KnownPort;
  readonly mtls: MtlsMode;
  /** By service account, `namespace/name`; the account '' is somebody without an identity. */
  readonly callers: Readonly<Record<string, Outlook>>;
}

export interface Matrix {
  readonly accounts: readonly string[];
  readonly rows: readonly MatrixRow[];
}

/** Who comes without a certificate. */
export const ANYBODY = '';

/** Who may call whom: every service account that somebody runs under, and every port that somebody listens on. */
export function matrixOf(controlPlane: ControlPlane): Matrix {
  const workloads = workloadsOf(controlPlane);
  const accounts = [...accountsOf(workloads), ANYBODY];
  const rows = workloads.flatMap((workload) =>
    workload.ports.map((port) => rowFor(controlPlane, workload, port, accounts)),
  );
  return { accounts, rows };
}

function rowFor(
  { policies, mesh }: ControlPlane,
  workload: KnownWorkload,
  port: KnownPort,
  accounts: readonly string[],
): MatrixRow {
  const { subject } = workload;
  const mtls = policies.mtlsMode(subject.namespace, subject.labels, port.number);
  const authorization = policies.authorization(
    policies.authorizationOf(subject, port.service ? port.number : undefined),
  );
  const { trustDomain } = mesh.config();
  const callers = accounts.map((account): readonly [string, Outlook] => {
    if (account === ANYBODY && mtls === 'strict') return [account, 'never'];
    const [namespace = '', serviceAccount = ''] = account.split('/');
    const hasIdentity = account !== ANYBODY && mtls !== 'disable';
    const principal = hasIdentity ? principalOf({ trustDomain, namespace, serviceAccount }) : undefined;
    return [
      account,
      outlook(authorization, callerOf(workload, port, principal), port.speaks === 'tcp' ? 'tcp' : 'http'),
    ];
  });
  return { workload: rowOf(workload), port, mtls, callers: Object.fromEntries(callers) };
}

function callerOf({ addresses }: KnownWorkload, { number }: KnownPort, principal: string | undefined): Caller {
  return {
    principal,
    sourceIp: undefined,
    remoteIp: undefined,
    destinationIp: addresses[0],
    destinationPort: number,
    serverName: undefined,
    metadata: {},
  };
}
