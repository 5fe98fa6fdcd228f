import { status } from '@grpc/grpc-js';
import type { Caller } from '../auth/index.ts';
import { principalOf, type SpiffeId, spiffeUri } from '../lib/spiffe.ts';
import { Refusal } from './refusal.ts';

/** What is known of workloads and nodes. */
export interface Residents {
  /** The node that a Pod runs on. */
  readonly nodeOf: (namespace: string, pod: string) => string | undefined;
  /** Whether some Pod of a service account runs on a node. */
  readonly runsOn: (node: string, namespace: string, serviceAccount: string) => boolean;
}

export interface ImpersonationOptions {
  /** `namespace/serviceAccount` of proxies that serve whole nodes. */
  readonly trustedNodeAccounts: readonly string[];
  readonly residents: Residents;
}

/** Whom a certificate is for: the caller, or a workload on the node that the caller serves. Throws a Refusal. */
export function subjectOf(
  caller: Caller,
  impersonated: SpiffeId | undefined,
  { trustedNodeAccounts, residents }: ImpersonationOptions,
): SpiffeId {
  const { identity, pod } = caller;
  if (!impersonated || principalOf(impersonated) === principalOf(identity)) return identity;
  const deny = (why: string): Refusal =>
    new Refusal(status.PERMISSION_DENIED, `no certificate of ${spiffeUri(impersonated)}: ${why}`);
  if (!trustedNodeAccounts.includes(`${identity.namespace}/${identity.serviceAccount}`)) {
    throw deny(`${spiffeUri(identity)} is not a trusted node account`);
  }
  if (impersonated.trustDomain !== identity.trustDomain) throw deny('it is of another trust domain');
  const node = caller.node ?? (pod === undefined ? undefined : residents.nodeOf(identity.namespace, pod));
  if (node === undefined) throw deny('the caller proves no node that it runs on');
  if (!residents.runsOn(node, impersonated.namespace, impersonated.serviceAccount)) {
    throw deny(`no Pod of it runs on the node "${node}"`);
  }
  return impersonated;
}
