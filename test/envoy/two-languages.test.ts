import { expect, test } from 'vitest';
import { ISOLATED } from '../support/envoy-case.ts';
import { routerNode } from '../support/gateway-api/proxies.ts';
import { runCase } from '../support/gateway-api/run-case.ts';
import { ADDRESS, ISTIO_ROUTER, type Language, pairNames, readPair } from '../support/gateway-api/two-languages.ts';

const LANGUAGES: readonly Language[] = ['virtual-service', 'http-route'];

const runs = pairNames().flatMap((name) => LANGUAGES.map((language) => [name, language] as const));

test.skipIf(!ISOLATED && !process.env.CI).each(runs)(
  'two-languages/%s, by %s: real Envoys answer as it says',
  async (name, language) => {
    const routers = language === 'virtual-service' ? { routers: [routerNode(ISTIO_ROUTER, 'delta')] } : {};
    const gatewayCase = readPair(name).inLanguage(language);
    expect(await runCase(gatewayCase, 'delta', { address: ADDRESS, ...routers })).toEqual([]);
  },
);
