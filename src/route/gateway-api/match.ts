import { type HttpHeaderMatch, type HttpQueryParamMatch, type HttpRouteMatch, pathOf } from '../../api/index.ts';
import type { HeaderMatch, Match, PathMatch, QueryParamMatch, StringMatch } from '../route.ts';

/** What a request must look like: https://gateway-api.sigs.k8s.io/reference/spec/#httproutematch */
export function fromHttpMatch(match: HttpRouteMatch): Match {
  const method: readonly HeaderMatch[] = match.method === undefined ? [] : [exactHeader(':method', match.method)];
  return {
    path: fromPath(match),
    ignoreCase: false,
    headers: [...fromHeaderMatches(match.headers), ...method],
    queryParams: firsts(match.queryParams, ({ name }) => name).map(fromQueryParam),
  };
}

/** Of several for one header only the first counts, however it is spelt. */
export function fromHeaderMatches(headers: readonly HttpHeaderMatch[] | undefined): readonly HeaderMatch[] {
  return firsts(headers, ({ name }) => name.toLowerCase()).map(
    (header): HeaderMatch => ({ ...exactHeader(header.name.toLowerCase(), ''), value: valueMatch(header) }),
  );
}

export function exactHeader(name: string, value: string): HeaderMatch {
  return { name, value: { kind: 'exact', value }, invert: false, absentMatches: false, ignoreCase: false };
}

/** Undefined: any path. */
function fromPath(match: HttpRouteMatch): PathMatch | undefined {
  const { type, value } = pathOf(match);
  switch (type) {
    case 'Exact':
      return { kind: 'exact', value };
    case 'RegularExpression':
      return { kind: 'regex', value };
    case 'PathPrefix': {
      const prefix = withoutEnd(value);
      return prefix === '' ? undefined : { kind: 'segment-prefix', value: prefix };
    }
  }
}

/** `/foo/` means `/foo` wherever a prefix is meant. */
export function withoutEnd(path: string): string {
  return path.replace(/\/+$/, '');
}

function fromQueryParam(param: HttpQueryParamMatch): QueryParamMatch {
  return { name: param.name, value: valueMatch(param) };
}

function valueMatch({ type, value }: HttpHeaderMatch | HttpQueryParamMatch): StringMatch {
  return { kind: type === 'RegularExpression' ? 'regex' : 'exact', value };
}

function firsts<T>(list: readonly T[] = [], keyOf: (item: T) => string): readonly T[] {
  const keys = list.map(keyOf);
  return list.filter((_, i) => keys.indexOf(keys[i]!) === i);
}
