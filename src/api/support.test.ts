import { expect, test } from 'vitest';
import { isWithin, stepsOf } from './path.ts';
import { kinds } from './registry.ts';
import { leavesOf } from './schema-walk.ts';
import { supportTable } from './support.ts';

function statusOf(kind: string, path: string) {
  return supportTable().find((row) => row.kind.endsWith(`/${kind}`) && row.path === path)?.status;
}

test.each([
  ['VirtualService', 'spec.http[].match[].headers.*.regex', 'applied'],
  ['VirtualService', 'spec.http[].name', 'applied'],
  ['VirtualService', 'spec.http[].fault.abort.http2Error', 'not-applied'],
  ['DestinationRule', 'spec.subsets[].trafficPolicy.tunnel.targetHost', 'not-applied'],
  ['DestinationRule', 'spec.trafficPolicy.connectionPool.http.maxRetries', 'applied'],
  ['Gateway', 'spec.servers[].tls.httpsRedirect', 'applied'],
  ['Gateway', 'spec.servers[].tls.mode', 'applied'],
  ['Gateway', 'spec.servers[].defaultEndpoint', 'not-applied'],
  ['Service', 'spec.sessionAffinity=ClientIP', 'not-applied'],
  ['Secret', 'data.*', 'applied'],
  ['Secret', 'type', 'informational'],
])('%s %s is %s', (kind, path, status) => {
  expect(statusOf(kind, path)).toBe(status);
});

test('every line about a field names a field that exists', () => {
  const stale = kinds.flatMap((kind) => {
    const leaves = [...leavesOf(kind.schema)].map(stepsOf);
    const patterns = [...Object.keys(kind.notApplied), ...Object.keys(kind.informational)];
    return patterns.filter((pattern) => {
      const steps = stepsOf(pattern.split('=')[0]!);
      return !leaves.some((leaf) => isWithin(leaf, steps));
    });
  });
  expect(stale).toEqual([]);
});
