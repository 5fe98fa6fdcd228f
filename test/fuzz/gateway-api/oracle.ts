import type { RawObject } from '../../../src/api/index.ts';
import { type AttachedRoute, attachmentsOf, compareAge, type OracleListener, type StatusOf } from './attachment.ts';
import { type Backends, backendsOf } from './backends.ts';
import { type Hostname, isMeant, specificity } from './hostnames.ts';
import { fitsOfGrpc, fitsOfHttp, type Rank } from './matches.ts';
import type { Request } from './requests.ts';
import { listIn, map, rowOf, specOf, UNREADABLE, type Written } from './written.ts';

/** A rule that may take a request. */
export interface OracleRule {
  /** `httproute shop/one`. */
  readonly route: string;
  readonly name: string | undefined;
  readonly backends: Backends;
}

/** What may become of a request. */
export type Verdict =
  /** The first takes it; none: 404. */
  | { readonly kind: 'rules'; readonly rules: readonly OracleRule[] }
  /** It came by a connection for another listener. */
  | { readonly kind: 'misdirected' }
  /** The connection goes on as it is, by the first of these. */
  | { readonly kind: 'connection'; readonly rules: readonly OracleRule[] }
  /** Nobody is there for this name. */
  | { readonly kind: 'closed' };

export interface Oracle {
  /** `gateway`: `namespace/name`. */
  readonly verdict: (gateway: string, port: number, request: Request) => Verdict;
  /** Whether the verdict is exact: all listeners of the port are served, so that nobody's hosts are in question. */
  readonly isExact: (gateway: string, port: number) => boolean;
}

/**
 * Which rules of which routes may take a request, by the specification; written without a look at how pharos decides.
 * `isSound`: nothing is wrong in any object, so that what is written is also what must be done.
 */
export function createOracle(objects: readonly RawObject[], statusOf: StatusOf, isSound: boolean): Oracle {
  const { listeners } = attachmentsOf(objects, statusOf, isSound);
  const at = (gateway: string, port: number): readonly OracleListener[] =>
    (listeners.get(gateway) ?? []).filter((one) => one.port === port && one.protocol !== 'UDP');
  const rulesAt = (owners: readonly OracleListener[], host: string, fits: Fits): readonly OracleRule[] =>
    owners
      .flatMap(({ routes }) => routes.flatMap((attached) => candidates(attached, host, fits, objects, isSound)))
      .sort(compareCandidates)
      .map(({ rule }) => rule);
  return {
    isExact: (gateway, port) => isSound && at(gateway, port).every(({ isServed }) => isServed),
    verdict: (gateway, port, request) => {
      const served = at(gateway, port).filter(({ isServed }) => isServed);
      const secure = served.filter(({ protocol }) => protocol === 'HTTPS' || protocol === 'TLS');
      if (secure.length === 0) {
        const tcp = served.filter(({ protocol }) => protocol === 'TCP');
        if (tcp.length > 0) return { kind: 'connection', rules: rulesAt(tcp, request.host, everything) };
        return { kind: 'rules', rules: rulesAt(ownersOf(served, request.host), request.host, fitOf(request)) };
      }
      const owners = ownersOf(secure, request.sni);
      if (owners.length === 0) return { kind: 'closed' };
      if (owners[0]!.protocol === 'TLS') return { kind: 'connection', rules: rulesAt(owners, request.sni, everything) };
      const ofHost = ownersOf(secure, request.host);
      if (!ofHost.some((one) => owners.includes(one)))
        return ofHost.length > 0 ? { kind: 'misdirected' } : { kind: 'rules', rules: [] };
      return { kind: 'rules', rules: rulesAt(owners, request.host, fitOf(request)) };
    },
  };
}

/** Those that name a host most closely. */
function ownersOf(listeners: readonly OracleListener[], host: string): readonly OracleListener[] {
  const meant = listeners.filter(({ hostname }) => isMeant(hostname, host));
  const best = Math.max(...meant.map(({ hostname }) => specificity(hostname)));
  return meant.filter(({ hostname }) => specificity(hostname) === best);
}

type Fits = (route: RawObject, rule: Written) => readonly Rank[];

function fitOf(request: Request): Fits {
  return ({ kind }, rule) => (kind === 'GRPCRoute' ? fitsOfGrpc(rule, request) : fitsOfHttp(rule, request));
}

/** Connections have nothing to look at. */
const everything: Fits = () => [[]];

interface Candidate {
  readonly rule: OracleRule;
  readonly route: RawObject;
  readonly rank: Rank;
  readonly order: number;
}

function candidates(
  { route, hostnames }: AttachedRoute,
  host: string,
  fits: Fits,
  objects: readonly RawObject[],
  isSound: boolean,
): readonly Candidate[] {
  const meant = hostnames.filter((one: Hostname) => isMeant(one, host));
  if (meant.length === 0) return [];
  const closest = Math.max(...meant.map(specificity));
  return rulesOf(route).flatMap((rule, order) =>
    fits(route, rule).map((rank): Candidate => {
      const { name } = rule;
      return {
        route,
        order,
        rank: [closest, ...rank],
        rule: {
          route: `${route.kind.toLowerCase()} ${rowOf(route)}`,
          name: typeof name === 'string' ? name : undefined,
          backends: backendsOf(rule, route, objects, isSound),
        },
      };
    }),
  );
}

/** An HTTPRoute without rules has one for everything. */
function rulesOf(route: RawObject): readonly Written[] {
  const spec = specOf(route);
  if (spec['rules'] === undefined && route.kind === 'HTTPRoute') return [{}];
  const written = listIn(spec, 'rules');
  return written === UNREADABLE ? [] : written.map(map).filter((rule) => rule !== undefined);
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule: host, match, age, place. */
function compareCandidates(a: Candidate, b: Candidate): number {
  const differs = a.rank.findIndex((part, i) => part !== b.rank[i]);
  if (differs >= 0) return (b.rank[differs] ?? 0) - a.rank[differs]!;
  return compareAge(a.route, b.route) || a.order - b.order;
}
