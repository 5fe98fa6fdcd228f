import { type KubeObject, type ObjectKey, parseObjectKey } from '../../api/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import { originAt, type Position } from '../position.ts';
import type { BackendAsked } from './backend.ts';
import type { FilteredBackend } from './destinations.ts';
import { isUnknown } from './filters.ts';
import type { GatewayApi, RouteState, Verdict } from './gateway-api.ts';
import { impossibleRewrites } from './impossible-rewrites.ts';
import { askedBy, referencesOf } from './route-references.ts';
import { createRules, memberOf } from './rules.ts';
import { isUndoableAtServer } from './server-rules.ts';
import { ACCEPTED, no, RESOLVED_REFS } from './verdict.ts';

/** What the rules of a route are by themselves, wherever it is attached; and as each kind of parent sees them. */
export function createRouteState(
  graph: Graph,
  store: Tables,
  backend: GatewayApi['backend'],
): Pick<GatewayApi, 'routeState' | 'routeStateAt'> {
  const rulesOf = createAnyRules(store);
  const stateOf = (key: ObjectKey, inMesh?: true): RouteState => {
    const { kind, namespace } = parseObjectKey(key);
    const rules = rulesOf(key);
    const unresolved = rules.map((rule) => unresolvedIn(rule, { kind, namespace, inMesh }, backend)).find(Boolean);
    return { ...judged(rules, flawOf), resolvedRefs: unresolved ?? RESOLVED_REFS };
  };
  const routeState = graph.query('gatewayApi.routeState', (key: ObjectKey) => stateOf(key));
  const inMesh = graph.query('gatewayApi.routeStateInMesh', (key: ObjectKey) => stateOf(key, true));
  // Its requests have arrived where they go.
  const atServer = graph.query(
    'gatewayApi.routeStateAtServer',
    (key: ObjectKey): RouteState => ({
      ...judged(rulesOf(key), (rule) => flawOf(rule) ?? flawAtServer(rule)),
      resolvedRefs: RESOLVED_REFS,
    }),
  );
  return {
    routeState,
    routeStateAt: (key, { kind }) => (kind === 'Service' ? inMesh : kind === 'Server' ? atServer : routeState)(key),
  };
}

function judged(
  rules: readonly PlacedRule[],
  flawIn: (rule: PlacedRule) => Verdict | undefined,
): Pick<RouteState, 'accepted' | 'partiallyInvalid'> {
  const flaws = rules.map(flawIn);
  const first = flaws.find((flaw) => flaw !== undefined);
  const isUseless = rules.length > 0 && flaws.every((flaw) => flaw !== undefined);
  return {
    accepted: isUseless && first ? first : ACCEPTED,
    partiallyInvalid: first && !isUseless ? dropped(rules, flaws) : undefined,
  };
}

function flawAtServer({ at, filters }: PlacedRule): Verdict | undefined {
  const i = filters?.findIndex(isUndoableAtServer) ?? -1;
  if (i < 0) return undefined;
  const path = originAt(at, `.filters[${i}]`).path;
  return no('UnsupportedValue', `filters[${i}]: nothing is sent on to others where requests have arrived`, path);
}

/** A rule of any route, and where it stands. */
interface PlacedRule {
  readonly at: Position;
  readonly backendRefs?: readonly FilteredBackend[] | undefined;
  readonly filters?: Parameters<typeof referencesOf>[0]['filters'];
  readonly matches?: Parameters<typeof impossibleRewrites>[0]['matches'];
}

/** Why a rule answers every request with an error, apart from its references. */
function flawOf(rule: PlacedRule): Verdict | undefined {
  // One of a backend costs its share only.
  const unknown = unknownFilters({ at: rule.at, filters: rule.filters })[0];
  const at = (inside: string): string => originAt(rule.at, `.${inside}`).path;
  if (unknown)
    return no('UnsupportedValue', `${unknown.path}: no filter of another program is known here`, at(unknown.path));
  const impossible = impossibleRewrites(rule)[0];
  if (impossible === undefined) return undefined;
  return no('UnsupportedValue', `${impossible} needs matches of paths by their prefix only`, at(impossible));
}

function unresolvedIn(
  rule: PlacedRule,
  from: BackendAsked['from'],
  backend: GatewayApi['backend'],
): Verdict | undefined {
  for (const { path, ref } of referencesOf(rule)) {
    const found = backend(askedBy(from, ref));
    if (found.kind === 'broken') return no(found.reason, found.message, originAt(rule.at, `.${path}`).path);
  }
  const [unknown] = unknownFilters(rule);
  return (
    unknown &&
    no('InvalidKind', `${unknown.named} is no kind of filter here`, originAt(rule.at, `.${unknown.path}`).path)
  );
}

interface UnknownFilter {
  /** In the rule. */
  readonly path: string;
  readonly named: string;
}

function unknownFilters({ filters, backendRefs }: PlacedRule): readonly UnknownFilter[] {
  const lists = [
    { before: '', filters },
    ...(backendRefs ?? []).map((ref, i) => ({ before: `backendRefs[${i}].`, filters: ref.filters })),
  ];
  return lists.flatMap(({ before, filters: list = [] }) =>
    list.flatMap((filter, i): readonly UnknownFilter[] => {
      if (!isUnknown(filter)) return [];
      const { group = '', kind = '' } = filter.extensionRef ?? {};
      return [{ path: `${before}filters[${i}]`, named: group ? `${group}/${kind}` : kind }];
    }),
  );
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#routeconditiontype (PartiallyInvalid) */
function dropped(rules: readonly PlacedRule[], flaws: readonly (Verdict | undefined)[]): Verdict {
  const told = flaws.flatMap((flaw, i) => (flaw ? [{ rule: originAt(rules[i]!.at).path, flaw }] : []));
  const text = told.map(({ rule, flaw }) => `${rule}: ${flaw.message}`).join('; ');
  return { ...told[0]!.flaw, message: `Dropped Rule ${text}` };
}

interface WithRules {
  readonly spec: { readonly rules?: readonly Omit<PlacedRule, 'at'>[] | undefined };
}

/** The rules of a route of any kind; none if it is not there. */
function createAnyRules(store: Tables): (key: ObjectKey) => readonly PlacedRule[] {
  const requests = createRules(store);
  const tls = store.tlsRoutes.column('placedRules', placed);
  const tcp = store.tcpRoutes.column('placedRules', placed);
  const udp = store.udpRoutes.column('placedRules', placed);
  return (key) => {
    const { kind, namespace, name } = parseObjectKey(key);
    const row = `${namespace}/${name}`;
    const member = memberOf(key);
    const all = member && requests(member.kind, row);
    // Calls have no paths that could be rewritten.
    if (all) return placedIn(all, all.kind === 'HTTPRoute' ? all.rules : all.rules.map(({ matches, ...rule }) => rule));
    switch (kind) {
      case 'TLSRoute':
        return tls(row) ?? [];
      case 'TCPRoute':
        return tcp(row) ?? [];
      case 'UDPRoute':
        return udp(row) ?? [];
      default:
        return [];
    }
  };
}

function placed({ key, renumbered, spec }: KubeObject<WithRules>): readonly PlacedRule[] {
  return placedIn({ object: key, ...(renumbered && { renumbered }) }, spec.rules ?? []);
}

function placedIn(place: Omit<Position, 'path'>, rules: readonly Omit<PlacedRule, 'at'>[]): readonly PlacedRule[] {
  const { object, renumbered } = place;
  return rules.map((rule, i) => ({
    ...rule,
    at: { object, path: `spec.rules[${i}]`, ...(renumbered && { renumbered }) },
  }));
}
