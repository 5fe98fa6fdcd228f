import { describe, expect, test } from 'vitest';
import { resourcesFor } from '../../src/control-plane/offline.ts';
import { decodeConfigDump, type JsonObject, type XdsType } from '../../src/proto/index.ts';
import type { Node } from '../../src/view/index.ts';
import { corpus, type GoldenCase } from '../support/corpus.ts';
import { ISOLATED, startCase } from '../support/envoy-case.ts';

type Resources = Readonly<Record<string, JsonObject>>;

describe.concurrent('a real Envoy takes every case, over delta and SotW, and has what was pushed', () => {
  const runs = corpus().flatMap((golden) =>
    golden.proxies.flatMap((proxy) => (['delta', 'sotw'] as const).map((protocol) => ({ golden, proxy, protocol }))),
  );
  test
    .skipIf(!ISOLATED && !process.env.CI)
    .each(runs.map((run) => [run.golden.name, run.proxy.name, run.protocol, run] as const))(
    '%s: %s over %s',
    async (_, __, protocol, { golden, proxy }) => {
      await compare(golden, { ...proxy.node, protocol });
    },
  );
});

async function compare(golden: GoldenCase, node: Node): Promise<void> {
  await using running = await startCase(golden, node);
  const { controlPlane, envoy } = running;
  const refused = [...(await envoy.stats('update_rejected$'))].filter(([, times]) => times > 0);
  expect(refused).toEqual([]);
  const had = decodeConfigDump({ configs: await envoy.configDump() });
  expect(had.unread).toEqual([]);
  expect(had.resources.filter(({ state }) => state !== 'active')).toEqual([]);
  const has = (type: XdsType): Resources =>
    Object.fromEntries(had.resources.filter((one) => one.type === type).map(({ name, message }) => [name, message!]));
  const pushed = (type: XdsType): Resources =>
    Object.fromEntries(resourcesFor(controlPlane, node, [type]).map(({ name, json }) => [name, json]));
  expect(has('cds')).toEqual(mapValues(pushed('cds'), withoutKeys));
  expect(has('lds')).toEqual(pushed('lds'));
  expect(has('rds')).toEqual(withVirtualHosts(asked(pushed('rds'), pushed('lds')), pushed('vhds')));
  expect(discovered(has('eds'), pushed('cds'))).toEqual(asEnvoyShows(pushed('eds')));
}

/** Envoy does not show even where a private key lies. */
function withoutKeys(resource: JsonObject): JsonObject {
  const blacken = (key: string, value: unknown) => (key === 'privateKey' ? { filename: '[redacted]' } : value);
  return JSON.parse(JSON.stringify(resource, blacken)) as JsonObject;
}

/** Envoy asks for the routes that listeners name. */
function asked(routes: Resources, listeners: Resources): Resources {
  const text = JSON.stringify(listeners);
  const isNamed = (name: string): boolean => text.includes(`"routeConfigName":${JSON.stringify(name)}`);
  return Object.fromEntries(Object.entries(routes).filter(([name]) => isNamed(name)));
}

/** Envoy shows virtual hosts that it discovered inside their routes. */
function withVirtualHosts(routes: Resources, virtualHosts: Resources): Resources {
  return Object.fromEntries(
    Object.entries(routes).map(([name, route]) => {
      const own = Object.entries(virtualHosts).filter(([full]) => full.startsWith(`${name}/`));
      if (own.length === 0) return [name, route];
      const inline = (route['virtualHosts'] ?? []) as readonly JsonObject[];
      return [name, { ...route, virtualHosts: [...inline, ...own.map(([, virtualHost]) => virtualHost)] }];
    }),
  );
}

/** Envoy shows the endpoints of clusters that say them themselves as well. */
function discovered(assignments: Resources, clusters: Resources): Resources {
  return Object.fromEntries(Object.entries(assignments).filter(([name]) => clusters[name]?.['type'] === 'EDS'));
}

/** Envoy writes out defaults where nothing was said. */
function asEnvoyShows(assignments: Resources): Resources {
  return mapValues(assignments, (assignment) => {
    const localities = assignment['endpoints'] as readonly JsonObject[] | undefined;
    const endpoints = localities?.map((locality) => {
      const members = locality['lbEndpoints'] as readonly JsonObject[] | undefined;
      return { ...locality, ...(members && { lbEndpoints: members.map(asShown) }) };
    });
    const policy = { overprovisioningFactor: 140, ...(assignment['policy'] as JsonObject | undefined) };
    return { ...assignment, ...(endpoints && { endpoints }), policy };
  });
}

/** How a member is drained, Envoy does not show: it is UNHEALTHY. One of which nothing is said is healthy. */
function asShown(member: JsonObject): JsonObject {
  const endpoint = { healthCheckConfig: {}, ...(member['endpoint'] as JsonObject) };
  return {
    healthStatus: 'HEALTHY',
    ...member,
    endpoint,
    ...(member['healthStatus'] === 'DRAINING' && { healthStatus: 'UNHEALTHY' }),
  };
}

function mapValues(resources: Resources, change: (resource: JsonObject) => JsonObject): Resources {
  return Object.fromEntries(Object.entries(resources).map(([name, resource]) => [name, change(resource)]));
}
