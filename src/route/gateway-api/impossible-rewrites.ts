import { type HttpRouteFilter, type HttpRouteMatch, matchesOf, pathOf } from '../../api/index.ts';

interface Rule {
  readonly matches?: readonly HttpRouteMatch[] | undefined;
  readonly filters?: readonly HttpRouteFilter[] | undefined;
  readonly backendRefs?: readonly { readonly filters?: readonly HttpRouteFilter[] | undefined }[] | undefined;
}

/** Filters that replace the prefix of a path, though some match of the rule is for no prefix: where they stand. */
export function impossibleRewrites(rule: Rule): readonly string[] {
  if (matchesOf(rule).every((match) => pathOf(match).type === 'PathPrefix')) return [];
  const ofBackends = (rule.backendRefs ?? []).flatMap(({ filters }, i) => placesIn(filters, `backendRefs[${i}].`));
  return [...placesIn(rule.filters, ''), ...ofBackends];
}

function placesIn(filters: readonly HttpRouteFilter[] | undefined, before: string): readonly string[] {
  return (filters ?? []).flatMap(({ requestRedirect, urlRewrite }, i) => {
    const path = requestRedirect?.path ?? urlRewrite?.path;
    return path?.type === 'ReplacePrefixMatch' ? [`${before}filters[${i}]`] : [];
  });
}
