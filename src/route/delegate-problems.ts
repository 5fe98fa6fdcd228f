import { displayName, type Problem, type VirtualService } from '../api/index.ts';
import { isVisible } from '../mesh/export-to.ts';
import type { Tables } from '../store/index.ts';
import { mergeDelegate } from './delegate.ts';
import type { HttpRule } from './from-virtual-service.ts';
import { MESH } from './gateway-name.ts';
import { asksForClaims } from './match.ts';
import { originAt } from './position.ts';
import { delegateOf, hostsOf, rulesOf, type VirtualServices } from './virtual-services.ts';

/** Why a route that delegates gives nothing, or less than was written. */
export function delegateProblems(
  rule: HttpRule,
  root: VirtualService,
  store: Tables,
  { standing }: VirtualServices,
): readonly Problem[] {
  const name = delegateOf(rule.http, rule.namespace);
  if (name === undefined) return [];
  const say = (code: string, message: string, hint?: string): Problem => ({
    severity: 'error',
    code,
    ...originAt(rule.at, '.delegate'),
    message: `${message}; the route is left out`,
    ...(hint && { hint }),
  });
  if (hostsOf(root).length === 0) {
    return [
      say('nested-delegate', 'a VirtualService without hosts is a delegate, and delegates cannot delegate again'),
    ];
  }
  const delegate = store.virtualServices.get(name);
  if (!delegate) return [say('unknown-delegate', `there is no VirtualService ${name}`)];
  const shown = displayName(delegate.key);
  if (hostsOf(delegate).length > 0) {
    return [say('delegate-with-hosts', `${shown} has hosts of its own`, 'a delegate must have no hosts')];
  }
  if (!isVisible(standing(name)!.exportTo, root.metadata.namespace)) {
    return [say('unknown-delegate', `${shown} is not exported to ${root.metadata.namespace}`)];
  }
  const inMesh = standing(`${root.metadata.namespace}/${root.metadata.name}`)?.gateways.includes(MESH);
  if (inMesh && rulesOf(delegate).some((own) => (own.http.match ?? []).some(asksForClaims))) {
    const message = `${shown} asks for claims of a token, which only gateways can match; sidecars leave those matches out`;
    return [{ ...say('claims-in-mesh', ''), severity: 'warning', message }];
  }
  return rulesOf(delegate)
    .filter((own) => !own.http.delegate && !mergeDelegate(rule.http, own.http))
    .map((own) => ({
      ...say('delegate-conflict', `no request matches both this route and ${originAt(own.at).path} of ${shown}`),
      severity: 'warning' as const,
      message: `no request that this route gives away matches ${originAt(own.at).path} of ${shown}; that route is left out here`,
    }));
}
