import { type HttpMatchRequest, parseClaimName, type VirtualService, writtenPath } from '../api/index.ts';
import type { Labels } from '../mesh/index.ts';
import type { Tables } from '../store/index.ts';
import type { Check, Finding } from './problems.ts';
import { namespacesOf } from './scope.ts';
import type { Tokens } from './tokens.ts';

interface Sources {
  readonly store: Tables;
  readonly tokens: Tokens;
}

/** A VirtualService that asks for claims at a gateway where nobody verifies tokens: no request has claims there. */
export function claimProblems({ store, tokens }: Sources): Check {
  return (row) => {
    const object = store.virtualServices.get(row);
    if (!object) return [];
    return matchesOf(object).flatMap(({ match, path }): readonly Finding[] => {
      if (!asksForClaims(match)) return [];
      const gateways = match.gateways?.length ? match.gateways : (object.spec.gateways ?? []);
      const names = gateways.map((name) => fullName(name, object.metadata.namespace));
      const ignorant = names.find((name) => store.gateways.get(name) && !mayKnowTokens(name, store, tokens));
      return ignorant === undefined ? [] : [noTokens(ignorant, path)];
    });
  };
}

function noTokens(gateway: string, path: string): Finding {
  const message = `asks for claims of a token, and no RequestAuthentication is in force at Gateway ${gateway}: no request has claims there`;
  const hint = "add a RequestAuthentication in the namespace of the gateway's proxies that selects them";
  return { severity: 'error', code: 'claims-without-tokens', path, message, hint };
}

function matchesOf(object: VirtualService): readonly { readonly match: HttpMatchRequest; readonly path: string }[] {
  return (object.spec.http ?? []).flatMap(({ match = [] }, i) =>
    match.map((one, j) => ({ match: one, path: writtenPath(object, `spec.http[${i}].match[${j}]`) })),
  );
}

function asksForClaims({ headers, withoutHeaders }: HttpMatchRequest): boolean {
  return [...Object.keys(headers ?? {}), ...Object.keys(withoutHeaders ?? {})].some(parseClaimName);
}

/** `edge`, `./edge`, `shop/edge`, and the old `edge.shop.svc.cluster.local`. */
function fullName(name: string, namespace: string): string {
  if (name.startsWith('./')) return `${namespace}${name.slice(1)}`;
  if (name.includes('/')) return name;
  const [gateway = '', home = namespace] = name.split('.');
  return `${home}/${gateway}`;
}

/** Where no Pod tells of the gateway's proxies, they may be anywhere and have more labels than are asked of them. */
function mayKnowTokens(gateway: string, store: Tables, tokens: Tokens): boolean {
  const { selector = {} } = store.gateways.get(gateway)!.spec;
  const pods = store.pods.keys().map((row) => store.pods.get(row)!.metadata);
  const proxies = pods.filter(({ labels }) => has(labels, selector));
  if (proxies.length === 0) return mayBeAbout(selector, store, tokens);
  return proxies.some(({ namespace, labels }) => tokens.tokenRulesOf({ role: 'router', namespace, labels }) !== '');
}

function mayBeAbout(selector: Labels, store: Tables, { scope }: Tokens): boolean {
  const rows = store.requestAuthentications.keys();
  const all = namespacesOf(rows).flatMap((namespace) => scope.headings(namespace));
  return all.some(
    ({ row, labels, targets }) =>
      (store.requestAuthentications.get(row)?.spec?.jwtRules ?? []).length > 0 &&
      (targets !== undefined || Object.entries(labels).every(([name, value]) => (selector[name] ?? value) === value)),
  );
}

function has(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}
