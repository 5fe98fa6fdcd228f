import type { GrpcRouteMatch, GrpcRouteRule } from '../../api/index.ts';
import type { Position } from '../position.ts';
import { fromGrpcMatch } from './grpc-match.ts';
import type { Around } from './listening.ts';
import { type Ranked, rankOfGrpc } from './precedence.ts';
import { fromRule } from './rule.ts';

/** The routes of one rule: https://gateway-api.sigs.k8s.io/reference/spec/#grpcrouterule */
export function fromGrpcRule(rule: GrpcRouteRule, at: Position, around: Around): readonly Ranked[] {
  const written: readonly GrpcRouteMatch[] = rule.matches?.length ? rule.matches : [{}];
  const matches = written.map((one) => {
    const match = fromGrpcMatch(one);
    return { match, rank: rankOfGrpc(one, match) };
  });
  return fromRule(rule, matches, {}, at, around);
}

/** Envoy tells a call that it answers so UNAVAILABLE: https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md */
export const UNAVAILABLE = 503;
