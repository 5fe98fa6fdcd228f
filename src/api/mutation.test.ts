import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everything } from './everything.fixture.ts';
import { unreadableTls } from './istio/unreadable-tls.ts';
import type { RawObject } from './object.ts';
import { formatPath, type Path, parsePath, placesOf, stepsOf, valueAt } from './path.ts';
import { kindFor, parseObject } from './registry.ts';
import { fieldsAt } from './schema-walk.ts';
import { writtenPath } from './written.ts';

/** Every place in a value, from the outside in. */
function everyPlace(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => {
    const path = [...at, key];
    return [path, ...everyPlace((value as Record<string | number, unknown>)[key], path)];
  });
}

/** The same object with one place changed: a new key, a new value, or neither (gone). */
function changed(object: RawObject, path: Path, change: { key?: string; value?: unknown } | 'gone'): RawObject {
  const copy = structuredClone(object) as unknown as Record<string | number, unknown>;
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const old = path.at(-1)!;
  if (change === 'gone') delete parent[old];
  else if (change.key === undefined) parent[old] = change.value;
  else {
    const entries = Object.entries(parent).map(([key, value]) => [key === old ? change.key! : key, value] as const);
    for (const key of Object.keys(parent)) delete parent[key];
    for (const [key, value] of entries)
      Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return copy as unknown as RawObject;
}

const anObject = fc.constantFrom(...everything);
const bodyOf = (object: RawObject): Path[] =>
  everyPlace(object).filter(([first]) => !['apiVersion', 'kind', 'metadata'].includes(String(first)));

const aPlace = anObject.chain((object) =>
  fc.constantFrom(...bodyOf(object), ['spec'] as Path).map((path) => ({ object, path })),
);

test('no change of any value to anything makes the parser throw, or give a value that it would not take itself', () => {
  fc.assert(
    fc.property(
      aPlace,
      fc.anything({ withNullPrototype: true, maxDepth: 3 }),
      fc.boolean(),
      ({ object, path }, value, remove) => {
        const { value: left } = parseObject(changed(object, path, remove ? 'gone' : { value }));
        if (!left) return;
        const { key: _, renumbered: __, ...body } = left as unknown as Record<string, unknown>;
        const again = parseObject({ ...body, apiVersion: object.apiVersion, kind: object.kind } as never);
        const broken = (code: string, at: string) => code === 'missing-field' && /destination$|ports$/.test(at);
        expect(again.problems.filter((p) => p.severity === 'error' && !broken(p.code, p.path))).toEqual([]);
      },
    ),
    { numRuns: 1000 },
  );
});

interface Typo {
  readonly path: Path;
  readonly key: string;
}

/** Every field that a schema knows, as someone might mistype it: once in each way. */
function typosIn(object: RawObject): Typo[] {
  const { schema } = kindFor(object.apiVersion, object.kind)!;
  return bodyOf(object).flatMap((path) => {
    const fields = fieldsAt(schema, path.slice(0, -1));
    const field = String(path.at(-1));
    if (!fields.includes(field)) return [];
    return misspellings(field).flatMap((key) => (key === '' || fields.includes(key) ? [] : [{ path, key }]));
  });
}

function misspellings(word: string): string[] {
  const at = Math.floor(word.length / 2);
  const without = word.slice(0, at) + word.slice(at + 1);
  const doubled = word.slice(0, at) + word[at] + word.slice(at);
  const swapped = word.slice(0, at - 1) + word[at] + word[at - 1] + word.slice(at + 1);
  const snake = word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return [...new Set([without, doubled, swapped, snake])].filter((other) => other !== word);
}

test('a mistyped field is always told, at its place', () => {
  const silent = everything.flatMap((object) =>
    typosIn(object).flatMap(({ path, key }) => {
      const { problems } = parseObject(changed(object, path, { key }));
      const place = formatPath([...path.slice(0, -1), key]);
      const told = problems.filter((problem) => problem.path === place && problem.severity === 'error');
      return told.length === 1 ? [] : [`${object.kind} ${place}`];
    }),
  );
  expect(silent).toEqual([]);
});

/** What decides to whom or to what something applies: it is as written, or closed, or what it belongs to is gone. */
const GUARDED: Readonly<Record<string, readonly string[]>> = {
  VirtualService: [
    'spec.hosts',
    'spec.gateways',
    'spec.exportTo',
    'spec.http[].match',
    'spec.tls[].match',
    'spec.tcp[].match',
    'spec.http[].route[].destination?',
    'spec.http[].fault.abort.percentage',
    'spec.http[].mirrorPercentage?',
    'spec.http[].mirror?',
    'spec.http[].mirrors[].destination',
    'spec.http[].mirrors[].percentage',
    'spec.http[].rewrite?',
  ],
  DestinationRule: [
    'spec.host',
    'spec.exportTo',
    'spec.workloadSelector',
    'spec.subsets[].labels',
    'spec.trafficPolicy.tls',
    'spec.trafficPolicy.portLevelSettings[].tls',
    'spec.subsets[].trafficPolicy.tls',
  ],
  // All of TLS but cipherSuites, without which Envoy makes a good choice of its own.
  Gateway: [
    ...['spec.selector', 'spec.servers[].port', 'spec.servers[].bind', 'spec.servers[].tls.mode'],
    ...['subjectAltNames', 'verifyCertificateSpki', 'verifyCertificateHash', 'caCertificates', 'caCrl'].map(inTls),
    ...['minProtocolVersion', 'maxProtocolVersion', 'credentialName', 'caCertCredentialName'].map(inTls),
    ...['tlsCertificates', 'credentialNames', 'serverCertificate', 'privateKey', 'httpsRedirect'].map(inTls),
  ],
  ServiceEntry: ['spec.addresses', 'spec.resolution', 'spec.exportTo', 'spec.workloadSelector', 'spec.subjectAltNames'],
  WorkloadEntry: ['spec.labels', 'spec.network', 'spec.serviceAccount'],
  PeerAuthentication: ['spec.selector', 'spec.mtls'],
  RequestAuthentication: ['spec.selector', 'spec.targetRef', 'spec.targetRefs', 'spec.jwtRules[].audiences?'],
  Server: ['spec.podSelector', 'spec.port', 'spec.externalWorkloadSelector'],
  ServerAuthorization: ['spec.server', 'spec.client.networks[].except'],
  Service: ['spec.type', 'spec.selector', 'spec.clusterIP'],
  EndpointSlice: ['endpoints[].conditions', 'endpoints[].addresses'],
};

test.each(everything.filter(({ kind }) => GUARDED[kind]).map((object) => [object.kind, object] as const))(
  'no mistake in a %s widens it: what is left applies to what was written, and to no more',
  (kind, object) => {
    const typos = typosIn(object).map(({ path, key }) => ({
      at: `${formatPath(path)} as ${key}`,
      path,
      change: { key },
    }));
    const nonsense = bodyOf(object).map((path) => ({
      at: `nonsense at ${formatPath(path)}`,
      path,
      change: { value: nonsenseFor(valueAt(object, path)) },
    }));
    const widened = [...typos, ...nonsense].flatMap(({ at, path, change }) => {
      const { value } = parseObject(changed(object, path, change));
      if (!value) return [];
      return GUARDED[kind]!.flatMap((pattern) => widenedAt(object, value, pattern)).map((place) => `${at}: ${place}`);
    });
    expect(widened).toEqual([]);
  },
);

function inTls(field: string): string {
  return `spec.servers[].tls.${field}`;
}

/** Wrong wherever something stands: a text for a map, and a map for all else. */
function nonsenseFor(written: unknown): unknown {
  return typeof written === 'object' && !Array.isArray(written) ? '%%' : { '%%': true };
}

/** `a.b[].c`: wherever `a.b[]` is left, its c is as written. A `?` allows c to be gone: then the part is broken. */
function widenedAt(written: RawObject, value: object, pattern: string): string[] {
  const steps = stepsOf(pattern.replace('?', ''));
  return [...placesOf(value, steps.slice(0, -1))].flatMap((place) => {
    const path = [...place, steps.at(-1)!];
    const left = valueAt(value, path);
    const before = valueAt(written, parsePath(writtenPath(value, formatPath(path))));
    const mayBeGone = left === undefined && pattern.endsWith('?');
    const isClosed = isDeepStrictEqual(left, unreadableTls());
    return mayBeGone || isClosed || isDeepStrictEqual(left, before) ? [] : [formatPath(path)];
  });
}
