import type { HttpCall, TokenRule } from '../policy/index.ts';

/** A token as a request brings it. */
export interface FoundToken {
  readonly text: string;
  /** In lower case; undefined: it came in a parameter or a cookie. */
  readonly header: string | undefined;
}

type Request = Pick<HttpCall, 'path' | 'headers'>;

/** What a rule takes for tokens, in Envoy's order. https://istio.io/latest/docs/reference/config/security/jwt/ */
export function tokensIn({ path, headers }: Request, rule: TokenRule): readonly FoundToken[] {
  const { fromHeaders, fromParams, fromCookies } = rule;
  const isPlaced = fromHeaders.length + fromParams.length + fromCookies.length > 0;
  const inHeaders = isPlaced ? fromHeaders : [{ name: 'authorization', prefix: 'Bearer ' }];
  const params = new URLSearchParams(path.split('?').slice(1).join('?'));
  const cookies = cookiesIn(headers['cookie'] ?? '');
  return [
    ...inHeaders.flatMap(({ name, prefix }) => {
      const header = name.toLowerCase();
      const text = textIn(headers[header], prefix);
      return text === undefined ? [] : [{ text, header }];
    }),
    ...[
      ...(isPlaced ? fromParams : ['access_token']).map((name) => params.get(name) ?? undefined),
      ...fromCookies.map((name) => cookies.get(name)),
    ].flatMap((text) => (text === undefined ? [] : [{ text, header: undefined }])),
  ];
}

/** What stands after the prefix, as far as it looks like a token; a header without the prefix is about something else. */
function textIn(value: string | undefined, prefix: string): string | undefined {
  const at = value?.indexOf(prefix) ?? -1;
  if (value === undefined || at < 0) return undefined;
  const rest = value.slice(at + prefix.length);
  return /[A-Za-z0-9_.-]+/.exec(rest)?.[0] ?? rest;
}

function cookiesIn(header: string): ReadonlyMap<string, string> {
  const pairs = header.split(';').map((pair): readonly [string, string] => {
    const [name = '', ...value] = pair.trim().split('=');
    return [name, value.join('=')];
  });
  return new Map(pairs.reverse());
}
