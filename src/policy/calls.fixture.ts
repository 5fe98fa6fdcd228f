import fc from 'fast-check';
import type { Authorization, Policy, Rule } from './authorization.ts';
import type { Call, HttpCall } from './call.ts';
import { ALWAYS, type Condition, NEVER } from './condition.ts';

/** Calls and policies for tests; those that begin with `a` or `some` are any. */
const HTTP: HttpCall = { method: 'GET', path: '/', host: 'cart', headers: {}, claims: undefined };
export const TCP: Call = {
  http: undefined,
  principal: 'cluster.local/ns/web/sa/front',
  sourceIp: '10.0.0.9',
  remoteIp: '198.51.100.7',
  destinationIp: '10.0.0.1',
  destinationPort: 8080,
  serverName: 'outbound_.80_._.cart.shop.svc.cluster.local',
  metadata: {},
};

export function http(over: Partial<HttpCall> = {}): Call {
  return { ...TCP, http: { ...HTTP, ...over } };
}

const origin = { object: 'x/AuthorizationPolicy/shop/a', path: 'spec' } as Policy['origin'];
export const rule = (from: Condition, to: Condition = ALWAYS): Rule => ({
  origin: { ...origin, path: 'spec.rules[0]' },
  from,
  to,
});
export const policy = (rules: readonly Rule[], dryRun = false): Policy => ({
  name: 'a',
  namespace: 'shop',
  origin,
  dryRun,
  rules,
});
export const GET: Condition = { kind: 'method', match: { kind: 'exact', value: 'GET' } };
export const NOBODY: Authorization = { custom: undefined, deny: [], allow: [], audit: [] };

const aMatch = fc.constantFrom({ kind: 'exact', value: 'web' }, { kind: 'prefix', value: 'w' }, {
  kind: 'present',
} as const);
const aLeaf = fc.oneof(
  aMatch.map((match) => ({ kind: 'source-namespace', match }) as Condition),
  aMatch.map((match) => ({ kind: 'header', name: 'x', match }) as Condition),
  fc.constantFrom<Condition>(
    GET,
    { kind: 'port', port: 8080 },
    { kind: 'source-ip', cidr: '10.0.0.0/8' },
    ALWAYS,
    NEVER,
  ),
);
const { tree: aCondition } = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    aLeaf,
    tie('tree').map((of): Condition => ({ kind: 'not', of })),
    fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), of: fc.array(tie('tree'), { maxLength: 3 }) }),
  ),
}));
export const aPolicy = fc
  .array(fc.tuple(aCondition, aCondition), { maxLength: 3 })
  .map((rules) => policy(rules.map(([from, to]) => rule(from, to))));
const somePolicies = fc.array(aPolicy, { maxLength: 3 });
export const anAuthorization = fc
  .record({ deny: somePolicies, allow: somePolicies })
  .map((said) => ({ ...NOBODY, ...said }));
export const aCall = fc.constantFrom(
  TCP,
  { ...TCP, principal: undefined },
  http(),
  http({ method: 'PUT', headers: { x: 'web' } }),
);
