import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseObject } from '../registry.ts';

test.each([
  ['{ absoluteTimeout: 1h }', true],
  ['{ type: Header, absoluteTimeout: 1h }', true],
  ['{ cookieConfig: { lifetimeType: Session }, absoluteTimeout: 1h }', true],
  ['{ cookieConfig: { lifetimeType: Permanent }, absoluteTimeout: 1h }', false],
  ['{ sessionName: a }', false],
])('that the age of a session is not counted is told of %s: %s', (session, isTold) => {
  const { problems } = parseObject(
    parse(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: a, namespace: b }
spec: { rules: [{ sessionPersistence: ${session}, backendRefs: [{ name: c, port: 80 }] }] }
`),
  );
  const told = problems.map(({ severity, path }) => [severity, path]);
  expect(told).toEqual(isTold ? [['notice', 'spec.rules[0].sessionPersistence.absoluteTimeout']] : []);
});
