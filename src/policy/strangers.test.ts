import { expect, test } from 'vitest';
import type { ObjectKey } from '../mesh/index.ts';
import type { Authorization, Policy, Provider } from './authorization.ts';
import type { Call } from './call.ts';
import { ALWAYS, type Condition } from './condition.ts';
import { evaluate } from './evaluate.ts';
import { forStrangers } from './strangers.ts';

const ORIGIN = { object: 'security.istio.io/AuthorizationPolicy/edge/p' as ObjectKey, path: 'spec' };
const ADMIN: Condition = { kind: 'principal', match: { kind: 'exact', value: 'cluster.local/ns/ops/sa/admin' } };
const OPS: Condition = { kind: 'source-namespace', match: { kind: 'exact', value: 'ops' } };
const HERE: Condition = { kind: 'source-ip', cidr: '10.0.0.0/8' };
const not = (of: Condition): Condition => ({ kind: 'not', of });
const all = (...of: readonly Condition[]): Condition => ({ kind: 'all', of });

const policy = (from: Condition): Policy => ({
  name: 'p',
  namespace: 'edge',
  origin: ORIGIN,
  dryRun: false,
  rules: [{ origin: ORIGIN, from, to: ALWAYS }],
});
const NONE: Authorization = { custom: undefined, deny: [], allow: [], audit: [] };
const PROVIDER: Provider = { kind: 'unknown', name: 'nobody' };

/** Somebody from 10.0.0.1 who shows a certificate of the administrator. */
const CALL: Call = {
  http: undefined,
  principal: 'cluster.local/ns/ops/sa/admin',
  sourceIp: '10.0.0.1',
  remoteIp: '10.0.0.1',
  destinationIp: undefined,
  destinationPort: 443,
  serverName: undefined,
  metadata: {},
};

test.each<readonly [string, Partial<Authorization>, boolean]>([
  ['an identity lets nobody in', { allow: [policy(ADMIN)] }, false],
  ['nor does a namespace', { allow: [policy(OPS)] }, false],
  ['an identity that is asked for among other things lets nobody in', { allow: [policy(all(HERE, ADMIN))] }, false],
  ['other things do', { allow: [policy(HERE)] }, true],
  ['who is denied by identity is not known by it', { deny: [policy(ADMIN)] }, true],
  ['who is denied unless he is somebody is denied', { deny: [policy(not(ADMIN))] }, false],
])('%s', (_, said, isAllowed) => {
  expect(evaluate(forStrangers({ ...NONE, ...said }), CALL).allowed).toBe(isAllowed);
});

test.each([
  ['for an identity', ADMIN],
  ['for all but one identity', not(ADMIN)],
])('who is to be asked %s is asked in any case', (_, from) => {
  const { custom } = forStrangers({ ...NONE, custom: { provider: PROVIDER, policies: [policy(from)] } });
  expect(custom?.policies[0]?.rules[0]?.from).toEqual(ALWAYS);
});
