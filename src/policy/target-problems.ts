import { parseObjectKey, type TargetReference } from '../api/index.ts';
import type { ObjectKey } from '../mesh/index.ts';
import type { Finding } from './problems.ts';
import { isGateway, type Scoped, targetsOf } from './scope.ts';

/** What a policy points at must be a Gateway of its own namespace: all else is about waypoints, which are not served yet. */
export function targetProblems(policy: Scoped & { readonly key: ObjectKey }): readonly Finding[] {
  const { namespace } = parseObjectKey(policy.key);
  return targetsOf(policy).flatMap(({ path, target }) => problemOf(target, path, namespace) ?? []);
}

function problemOf(target: TargetReference, path: string, namespace: string): Finding | undefined {
  const { group = '', kind, namespace: where } = target;
  if (!isGateway(target)) {
    const isForWaypoints = FOR_WAYPOINTS.has(`${group}/${kind}`);
    const message = isForWaypoints
      ? `${kind} is a target for waypoints, which this version of pharos does not serve: it applies to nobody`
      : `${kind}${group && ` of ${group}`} is no target of a policy: it applies to nobody`;
    const hint = 'point at a Gateway of gateway.networking.k8s.io, or select workloads with selector';
    return { severity: 'error', code: 'unsupported-target', path: `${path}.kind`, message, hint };
  }
  if (!where || where === namespace) return undefined;
  const message = `must be the policy's own namespace, not ${where}: it applies to nobody`;
  return { severity: 'error', code: 'unsupported-target', path: `${path}.namespace`, message };
}

const FOR_WAYPOINTS = new Set([
  'gateway.networking.k8s.io/GatewayClass',
  '/Service',
  'networking.istio.io/ServiceEntry',
]);
