import type { Labels, RouteDestination, VirtualService } from '../api/index.ts';
import { type Caller, fromDestination, type Known } from './destination.ts';
import { concerns, type Listening } from './from-virtual-service.ts';
import { originAt, type Position, positionIn } from './position.ts';
import type { TcpRoute, WeightedDestination } from './route.ts';

/** One match of `spec.tls` or `spec.tcp`, with what it leads to. */
export interface TcpRule {
  readonly match: TcpRuleMatch;
  readonly route: readonly RouteDestination[];
  readonly at: Position;
  readonly namespace: string;
}

/** Without server names: any connection, TLS or not. */
interface TcpRuleMatch {
  readonly sniHosts?: readonly string[] | undefined;
  readonly destinationSubnets?: readonly string[] | undefined;
  readonly sourceSubnet?: string | undefined;
  readonly port?: number | undefined;
  readonly sourceLabels?: Labels | undefined;
  readonly sourceNamespace?: string | undefined;
  readonly gateways?: readonly string[] | undefined;
}

/** TLS routes come first: a connection with a matching server name is not plain TCP to anybody. */
export function tcpRulesOf(object: VirtualService): readonly TcpRule[] {
  const { spec, metadata } = object;
  const { namespace } = metadata;
  const tls = (spec.tls ?? []).flatMap((rule, i) => {
    const at = positionIn(object, `spec.tls[${i}]`);
    return rule ? rule.match.map((match) => ({ match, route: rule.route ?? [], at, namespace })) : [];
  });
  const tcp = (spec.tcp ?? []).flatMap((rule, i) => {
    const at = positionIn(object, `spec.tcp[${i}]`);
    const matches: readonly TcpRuleMatch[] = rule?.match?.length ? rule.match : [{}];
    return rule ? matches.map((match) => ({ match, route: rule.route ?? [], at, namespace })) : [];
  });
  return [...tls, ...tcp];
}

/** The connections of one port, in the order in which they are to be tried. */
export function fromTcpRules(rules: readonly TcpRule[], listening: Listening, known: Known): readonly TcpRoute[] {
  const here = rules.filter(({ match, namespace }) => concerns(match, namespace, listening));
  return here.map(({ match, route, at, namespace }) => ({
    origin: originAt(at),
    match: {
      sniHosts: match.sniHosts ?? [],
      destinationSubnets: match.destinationSubnets ?? [],
      sourceSubnets: match.sourceSubnet ? [match.sourceSubnet] : [],
    },
    destinations: destinationsOf(route, at, { ...known, namespace, port: listening.port }),
  }));
}

/** As for HTTP: a single destination gets everything, of several one without weight gets nothing. */
function destinationsOf(
  route: readonly RouteDestination[],
  at: Position,
  caller: Caller,
): readonly WeightedDestination[] {
  return route.map(({ destination, weight }, i) => ({
    to: fromDestination(destination, caller),
    weight: route.length === 1 ? 100 : (weight ?? 0),
    headers: undefined,
    origin: originAt(at, `.route[${i}]`),
  }));
}
