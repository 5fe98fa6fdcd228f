import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject, VirtualHost, XdsType } from '../../src/proto/index.ts';
import { type CaseProxy, corpus } from '../support/corpus.ts';
import { type CaseServer, comeBack, messagesOf, serveCase } from '../support/corpus-proxy.ts';
import type { TestProxy } from '../support/test-proxy.ts';

const cases = corpus().filter(({ proxies }) => proxies.length > 0);

describe.each(cases.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
  let server: CaseServer;
  let connected: readonly { readonly of: CaseProxy; readonly sotw: TestProxy; readonly delta: TestProxy }[];

  beforeAll(async () => {
    server = await serveCase(golden);
    connected = await Promise.all(
      golden.proxies.map(async (of) => {
        const [sotw, delta] = await Promise.all([server.connect(of, 'sotw'), server.connect(of, 'delta')]);
        return { of, sotw, delta };
      }),
    );
  });
  afterAll(() => server.stop());

  test('a proxy ends with the same over SotW and over delta', () => {
    for (const { sotw, delta } of connected) {
      for (const type of ['cds', 'eds', 'lds'] as const)
        expect(messagesOf(delta, type)).toEqual(messagesOf(sotw, type));
      expect(routesOf(delta)).toEqual(routesOf(sotw));
    }
  });

  test('nothing is sent twice', () => {
    for (const { sotw, delta } of connected) expect([...repeated(sotw), ...repeated(delta)]).toEqual([]);
  });

  test('a delta proxy that comes back with all it had is sent nothing', async () => {
    for (const { delta } of connected) {
      const again = await comeBack(delta);
      expect(again.flatMap(({ type, resources }) => resources.map(({ name }) => `${type} ${name}`))).toEqual([]);
    }
  });
});

interface Routes extends JsonObject {
  readonly virtualHosts: VirtualHost[] & JsonObject[];
}

/** Route configurations with the virtual hosts that came by themselves in their places. */
function routesOf(proxy: TestProxy): readonly unknown[] {
  const discovered = [...messagesOf(proxy, 'vhds')];
  const routes = [...messagesOf(proxy, 'rds').values()].sort(byName);
  return routes.map(({ vhds, ...route }) => {
    const own = (route as Partial<Routes>).virtualHosts ?? [];
    const prefix = `${route['name']}/`;
    const others = vhds
      ? discovered.filter(([name]) => name.startsWith(prefix)).map(([name, host]) => inlined(host, name, prefix))
      : [];
    return { ...route, virtualHosts: [...own, ...others].sort(byName) };
  });
}

/** As a resource of its own it has the route's name in its own. */
function inlined(host: JsonObject, name: string, prefix: string): JsonObject {
  expect(host['name']).toBe(name);
  return { ...host, name: name.slice(prefix.length) };
}

function byName(a: JsonObject, b: JsonObject): number {
  return `${a['name']}` < `${b['name']}` ? -1 : 1;
}

/** Resources that came more than once with the same content. */
function repeated({ responses }: TestProxy): readonly string[] {
  const seen = new Set<string>();
  return responses.flatMap(
    ({ type, resources }: { type: XdsType; resources: TestProxy['responses'][number]['resources'] }) =>
      resources.flatMap(({ name, bytes }) => {
        const content = `${type} ${name} ${Buffer.from(bytes).toString('base64')}`;
        if (seen.has(content)) return [`${type} ${name}`];
        seen.add(content);
        return [];
      }),
  );
}
