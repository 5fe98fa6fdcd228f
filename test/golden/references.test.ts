import { describe, expect, test } from 'vitest';
import { type Cluster, decode, type JsonValue, typeUrlOf, type XdsType } from '../../src/proto/index.ts';
import { corpus, type GoldenCase, load } from '../support/corpus.ts';
import { watchAll } from '../support/watching.ts';

const cases = corpus().map((golden) => [golden.name, golden] as const);

describe('what a resource names, the same proxy has', () => {
  test.each(cases)('%s', (_, golden) => {
    expect(setsOf(golden).flatMap(danglingIn)).toEqual([]);
  });
});

describe('what a proxy has, some resource of the same proxy names', () => {
  test.each(cases)('%s', (_, golden) => {
    expect(setsOf(golden).flatMap(unusedIn)).toEqual([]);
  });
});

/** Everything that one proxy is sent, by name. */
interface ProxySet {
  readonly proxy: string;
  readonly messages: Readonly<Record<XdsType, ReadonlyMap<string, JsonValue>>>;
}

function setsOf({ changes, proxies }: GoldenCase): readonly ProxySet[] {
  const seen = watchAll(load(changes), proxies).all();
  return [...Map.groupBy(seen, ({ proxy }) => proxy)].map(([proxy, mine]) => {
    const of = (type: XdsType): ReadonlyMap<string, JsonValue> =>
      new Map(
        mine.flatMap(({ type: other, name, entry }) =>
          other === type && entry.version !== undefined ? [[name, decode(typeUrlOf(type), entry.bytes)]] : [],
        ),
      );
    const messages = {
      cds: of('cds'),
      eds: of('eds'),
      lds: of('lds'),
      rds: of('rds'),
      vhds: of('vhds'),
      sds: of('sds'),
    };
    return { proxy, messages };
  });
}

function danglingIn({ proxy, messages }: ProxySet): readonly string[] {
  const { cds, eds, lds, rds, vhds, sds } = messages;
  const users = [...lds, ...rds, ...vhds];
  return [
    ...users.flatMap(([by, message]) => missing(clustersIn(message), cds, `${by} names the cluster`)),
    ...[...lds].flatMap(([by, message]) => missing(routesIn(message), rds, `${by} names the route`)),
    ...missing(assignmentsIn(cds), eds, 'a cluster asks for the endpoints'),
    ...[...lds].flatMap(([by, message]) => missing(secretsIn(message), sds, `${by} asks for the secret`)),
    ...missing(new Set([...vhds.keys()].map(routeOf)), discovering(rds), 'a virtual host belongs to the route'),
  ].map((text) => `${proxy}: ${text}`);
}

function unusedIn({ proxy, messages: { cds, eds, lds, rds, sds } }: ProxySet): readonly string[] {
  const named = new Set([...lds.values()].flatMap((message) => [...routesIn(message)]));
  return [
    ...missing(
      new Set(eds.keys()),
      new Map([...assignmentsIn(cds)].map((name) => [name, name])),
      'no cluster asks for',
    ),
    ...missing(new Set(sds.keys()), secretsNamed([...lds.values(), ...cds.values()]), 'nobody asks for the secret'),
    ...missing(new Set(rds.keys()), new Map([...named].map((name) => [name, name])), 'no listener names the route'),
  ].map((text) => `${proxy}: ${text}`);
}

function missing(names: ReadonlySet<string>, there: ReadonlyMap<string, unknown>, what: string): readonly string[] {
  return [...names].filter((name) => !there.has(name)).map((name) => `${what} ${name}`);
}

/** Of route actions, weighted clusters, mirrors and TCP proxies. */
function clustersIn(message: JsonValue): ReadonlySet<string> {
  const single = textsAt(message, 'cluster');
  const weighted = valuesAt(message, 'clusters').flatMap((clusters) => textsAt(clusters, 'name'));
  return new Set([...single, ...weighted]);
}

function routesIn(listener: JsonValue): ReadonlySet<string> {
  return new Set(textsAt(listener, 'routeConfigName'));
}

/** From this control plane, and from no agent; a workload's own come when it has connected. */
function secretsIn(message: JsonValue): ReadonlySet<string> {
  const configs = [...valuesAt(message, 'tlsCertificateSdsSecretConfigs'), ...valuesAt(message, TRUST)].flat();
  const overAds = configs.filter((config) => valuesAt(config, 'ads').length > 0);
  return new Set(overAds.flatMap((config) => textsAt(config, 'name')).filter((name) => !OWN_SECRETS.includes(name)));
}

const TRUST = 'validationContextSdsSecretConfig';
const OWN_SECRETS = ['default', 'ROOTCA'];

function secretsNamed(messages: readonly JsonValue[]): ReadonlyMap<string, string> {
  return new Map(messages.flatMap((message) => [...secretsIn(message)].map((name) => [name, name])));
}

function assignmentsIn(clusters: ReadonlyMap<string, JsonValue>): ReadonlySet<string> {
  const messages = [...clusters] as unknown as readonly (readonly [string, Cluster])[];
  const eds = messages.filter(([, { type }]) => type === 'EDS');
  return new Set(eds.map(([name, { edsClusterConfig }]) => edsClusterConfig?.serviceName || name));
}

/** Routes whose virtual hosts come by themselves. */
function discovering(routes: ReadonlyMap<string, JsonValue>): ReadonlyMap<string, JsonValue> {
  return new Map([...routes].filter(([, message]) => valuesAt(message, 'vhds').length > 0));
}

/** `80` of `80/cart.shop:80`. */
function routeOf(virtualHost: string): string {
  return virtualHost.slice(0, virtualHost.indexOf('/'));
}

function textsAt(value: JsonValue, key: string): readonly string[] {
  return valuesAt(value, key).filter((found) => typeof found === 'string');
}

/** Whatever stands under a field of this name, at any depth. */
function valuesAt(value: JsonValue, key: string): readonly JsonValue[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => valuesAt(item, key));
  return Object.entries(value).flatMap(([name, child]) => [
    ...(name === key ? [child as JsonValue] : []),
    ...valuesAt(child as JsonValue, key),
  ]);
}
