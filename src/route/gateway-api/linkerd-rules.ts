import type { HttpRouteRule, LinkerdHttpRoute } from '../../api/index.ts';

/** The rules of Linkerd's HTTPRoute, which mean what those of Gateway API mean; it calls the core group by name. */
export function linkerdRules({ spec }: LinkerdHttpRoute): readonly HttpRouteRule[] {
  // Without rules: one for every request, that leads nowhere.
  return (spec.rules ?? [{}]).map(({ backendRefs, ...rule }): HttpRouteRule => {
    const refs = backendRefs?.map((ref) => (ref.group === 'core' ? { ...ref, group: '' } : ref));
    return { ...rule, ...(refs && { backendRefs: refs }) };
  });
}
