import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Call } from './call.ts';
import { aCall, anAuthorization, aPolicy } from './calls.fixture.ts';
import { evaluate } from './evaluate.ts';
import { outlook } from './outlook.ts';
import { sidecar, world } from './world.fixture.ts';

test('a policy that denies never lets anybody in', () => {
  fc.assert(
    fc.property(anAuthorization, aPolicy, aCall, (authorization, added, call) => {
      const more = evaluate({ ...authorization, deny: [...authorization.deny, added] }, call);
      return !more.allowed || evaluate(authorization, call).allowed;
    }),
  );
});

/** Lists of a source or an operation that HTTP and TCP know, with something that nobody can read in the place of some values. */
const aList = (values: readonly string[]) =>
  fc.array(fc.constantFrom<unknown>(...values, 5, ''), { minLength: 1, maxLength: 3 });
const aRule = fc.record({
  source: fc.dictionary(fc.constantFrom('namespaces', 'notNamespaces'), aList(['web', 'w*', 'shop']), { minKeys: 1 }),
  operation: fc.dictionary(
    fc.constantFrom('methods', 'notMethods', 'ports', 'notPorts'),
    aList(['GET', '8080', 'PUT']),
    {
      minKeys: 1,
    },
  ),
});

test('whatever cannot be read of a rule lets in nobody whom it might not have, and denies all whom it might have', () => {
  const decide = (action: string, { source, operation }: { source: object; operation: object }, call: Call) => {
    const spec = JSON.stringify({ action, rules: [{ from: [{ source }], to: [{ operation }] }] });
    const { policies } = world(
      `{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a, namespace: shop }, spec: ${spec} }`,
    );
    return evaluate(policies.authorization(policies.authorizationOf(sidecar('shop'), 8080)), call).allowed;
  };
  /** What the user may have meant: any readable value in the place of each that is not. */
  const meant = (lists: object, value: string): object =>
    JSON.parse(JSON.stringify(lists, (_, item: unknown) => (item === 5 || item === '' ? value : item)));
  fc.assert(
    fc.property(
      aRule,
      fc.constantFrom('web', 'shop'),
      fc.constantFrom('GET', '8080', 'PUT'),
      aCall,
      (written, ns, op, call) => {
        const guess = { source: meant(written.source, ns), operation: meant(written.operation, op) };
        if (decide('ALLOW', written, call)) expect(decide('ALLOW', guess, call)).toBe(true);
        if (decide('DENY', written, call)) expect(decide('DENY', guess, call)).toBe(true);
      },
    ),
  );
});

test('who may always call is never denied, and who never may is never let in', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anAuthorization, aCall, (authorization, { http, ...caller }) => {
      const said = outlook(authorization, caller, http ? 'http' : 'tcp');
      const { allowed } = evaluate(authorization, { ...caller, http });
      seen.add(said);
      return said === 'sometimes' || (said === 'always') === allowed;
    }),
    { numRuns: 500 },
  );
  expect(seen.size).toBe(3);
});
