import { expect, test } from 'vitest';
import { ISOLATED } from '../support/envoy-case.ts';
import { caseNames, readCase, titleOf } from '../support/gateway-api/case.ts';
import { runCase } from '../support/gateway-api/run-case.ts';
import { CAN_INTERCEPT } from '../support/intercept.ts';

/** What differs between the protocols is what Envoy discovers one by one, and how it is told that something is gone. */
const OVER_SOTW = new Set([
  'gateway/gateway-http-listener-isolation',
  'http-route/httproute-matching-across-routes',
  'http-route/httproute-https-listener',
  'http-route/httproute-reference-grant',
  'grpc-route/grpcroute-exact-method-matching',
  'tls-route/tlsroute-mixed-termination-same-namespace',
  'tcp-route/tcproute-reference-grant',
  'mesh/mesh-traffic-split',
]);

const cases = caseNames().map((name) => [titleOf(name), name] as const);

test.skipIf(!ISOLATED && !process.env.CI).each(cases)('%s', async (_, name) => {
  await run(name, 'delta');
});

test.skipIf(!ISOLATED && !process.env.CI).each(cases.filter(([, name]) => OVER_SOTW.has(name)))(
  '%s (over SotW)',
  async (_, name) => {
    await run(name, 'sotw');
  },
);

test('every case that is run over SotW is there', () => {
  const known = caseNames();
  expect([...OVER_SOTW].filter((name) => !known.includes(name))).toEqual([]);
});

async function run(name: string, protocol: 'delta' | 'sotw'): Promise<void> {
  const gatewayCase = readCase(name);
  const needsIptables = gatewayCase.expected.sidecars.length > 0;
  if (needsIptables && !CAN_INTERCEPT) throw new Error('this case needs iptables, in a network of its own');
  expect(await runCase(gatewayCase, protocol)).toEqual([]);
}
