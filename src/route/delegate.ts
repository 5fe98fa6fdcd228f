import type { HttpMatchRequest, HttpRoute } from '../api/index.ts';

/**
 * What a delegate's route becomes under the route that delegates to it: both must match, and what the delegate does not
 * say is taken from the root. Undefined: no request can match both.
 * https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate
 */
export function mergeDelegate(root: HttpRoute, delegate: HttpRoute): HttpRoute | undefined {
  const match = mergeMatches(root.match ?? [], delegate.match ?? []);
  if (!match) return undefined;
  const { delegate: _, match: __, route: ___, name: ____, ...inherited } = root;
  return { ...inherited, ...without(delegate), ...mergedName(root.name, delegate.name), match };
}

function mergeMatches(
  roots: readonly HttpMatchRequest[],
  delegates: readonly HttpMatchRequest[],
): readonly HttpMatchRequest[] | undefined {
  if (roots.length === 0) return delegates;
  if (delegates.length === 0) return roots;
  const merged = delegates.map((delegate) =>
    roots.filter((root) => !conflict(root, delegate)).map((root) => mergeMatch(root, delegate)),
  );
  // Every match of the delegate must lie within one of the root's; else the root would promise what it does not keep.
  return merged.some((matches) => matches.length === 0) ? undefined : merged.flat();
}

function mergeMatch(root: HttpMatchRequest, delegate: HttpMatchRequest): HttpMatchRequest {
  return {
    ...root,
    ...without(delegate),
    ...mergedName(root.name, delegate.name),
    headers: { ...root.headers, ...delegate.headers },
    withoutHeaders: { ...root.withoutHeaders, ...delegate.withoutHeaders },
    queryParams: { ...root.queryParams, ...delegate.queryParams },
    sourceLabels: { ...root.sourceLabels, ...delegate.sourceLabels },
  };
}

function mergedName(root: string | undefined, delegate: string | undefined): { readonly name?: string } {
  const name = [root, delegate].filter(Boolean).join('-');
  return name ? { name } : {};
}

/** What was said: a field that is there and undefined says nothing. */
function without<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

/** Whether no request can match both, or the delegate asks for more than the root gives away. */
export function conflict(root: HttpMatchRequest, leaf: HttpMatchRequest): boolean {
  return (
    WORDS.some((field) => wordsConflict(root[field], leaf[field])) ||
    MAPS.some((field) =>
      Object.entries(leaf[field] ?? {}).some(([key, value]) => wordsConflict(root[field]?.[key], value)),
    ) ||
    (root.ignoreUriCase ?? false) !== (leaf.ignoreUriCase ?? false) ||
    differ(root.port, leaf.port) ||
    differ(root.sourceNamespace, leaf.sourceNamespace) ||
    Object.entries(leaf.sourceLabels ?? {}).some(([key, value]) => differ(root.sourceLabels?.[key], value)) ||
    gatewaysConflict(root.gateways, leaf.gateways)
  );
}

const WORDS = ['uri', 'scheme', 'method', 'authority'] as const;
const MAPS = ['headers', 'withoutHeaders', 'queryParams'] as const;

type Word = HttpMatchRequest['uri'];

function wordsConflict(root: Word, leaf: Word): boolean {
  if (!root || !leaf) return false;
  // Nobody can say whether one regular expression lies within another.
  if (root.regex || leaf.regex) return Boolean((root.regex && !isEmpty(leaf)) || (leaf.regex && !isEmpty(root)));
  if (root.exact) return leaf.exact !== root.exact;
  if (root.prefix) return !(leaf.exact ?? leaf.prefix ?? '').startsWith(root.prefix);
  return !isEmpty(root);
}

function isEmpty({ exact, prefix, regex }: NonNullable<Word>): boolean {
  return exact === undefined && prefix === undefined && regex === undefined;
}

function differ<T>(root: T | undefined, leaf: T | undefined): boolean {
  return root !== undefined && leaf !== undefined && root !== leaf;
}

function gatewaysConflict(root: readonly string[] = [], leaf: readonly string[] = []): boolean {
  return root.length > 0 && leaf.some((gateway) => !root.includes(gateway));
}
