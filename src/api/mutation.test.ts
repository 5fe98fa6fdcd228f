import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everything } from './everything.fixture.ts';
import { unreadableTls } from './istio/unreadable-tls.ts';
import { bodyOf, changed, mistakesIn, typosIn } from './mutation.fixture.ts';
import type { RawObject } from './object.ts';
import { formatPath, type Path, parsePath, placesOf, stepsOf, valueAt } from './path.ts';
import { parseObject } from './registry.ts';
import { writtenPath } from './written.ts';

const anObject = fc.constantFrom(...everything);
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

test('a map that has no text may stand in any place, and the parser goes on', () => {
  const textless = { toString: 'none', valueOf: 'none' };
  for (const object of everything) {
    for (const path of bodyOf(object)) parseObject(changed(object, path, { value: textless }));
  }
});

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
    const widened = [...mistakesIn(object)].flatMap((mistake) => {
      const { value } = parseObject(mistake.object);
      if (!value) return [];
      return GUARDED[kind]!.flatMap((pattern) => widenedAt(object, value, pattern)).map(
        (place) => `${mistake.at}: ${place}`,
      );
    });
    expect(widened).toEqual([]);
  },
);

function inTls(field: string): string {
  return `spec.servers[].tls.${field}`;
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
