/** What status says of objects of Gateway API, whatever they are. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyOf, type ObjectKey, parseObjectKey, type RawObject } from '../../src/api/index.ts';
import { type ControlPlane, createControlPlane } from '../../src/control-plane/index.ts';
import type { Condition, ObjectStatus } from '../../src/status/index.ts';
import { attachmentsOf, hasTies, isLetIn, isOfApi, isOurs } from '../fuzz/gateway-api/attachment.ts';
import { deletions, load, upserts } from '../fuzz/gateway-api/load.ts';
import { broken } from '../fuzz/gateway-api/mistakes.ts';
import { GATEWAY_API, NAMESPACES, OWN_CONTROLLER, ROUTE_KINDS } from '../fuzz/gateway-api/names.ts';
import { configurations } from '../fuzz/gateway-api/objects.ts';
import { strangeWords, words } from '../fuzz/gateway-api/status-words.ts';
import { namespaceOf, referenceIn, rowOf, specOf } from '../fuzz/gateway-api/written.ts';
import { makeCertificates } from '../support/gateway-api/certificates.ts';

const good = { hosts: ['*.example'], uris: [], ca: false };
const objects = configurations(await makeCertificates({ good }));
const anything = fc.oneof(objects, broken(objects));
const POOL = '127.20.0.0/16';

test('every listener and every parentRef that is ours has one entry, and nothing that is another’s has any', () => {
  fc.assert(
    fc.property(objects, (some) => {
      const { status } = load(some, POOL);
      const looked = some.filter(({ kind }) => !POLICIES.includes(kind));
      const told = looked.map((one) => ({ object: nameOf(one), entries: entriesOf(status.of(keyOf(one))) }));
      const wanted = looked.map((one) => ({ object: nameOf(one), entries: entriesWanted(one, some) }));
      expect(told).toEqual(wanted);
      const known = new Set<string>(some.map(keyOf));
      expect(status.objects().filter((key) => !known.has(key))).toEqual([]);
    }),
    { numRuns: 200 },
  );
}, 60_000);

test('a condition has a type and a reason of the specification, and the generation of its object', () => {
  fc.assert(
    fc.property(anything, (some) => {
      const { status } = load(some, POOL);
      const wrong = some.flatMap((one) => {
        const said = status.of(keyOf(one));
        return said ? strangeIn(said, one).map((sentence) => `${nameOf(one)}: ${sentence}`) : [];
      });
      expect(wrong).toEqual([]);
    }),
    { numRuns: 200 },
  );
}, 60_000);

test('a listener counts the routes that its rules and theirs let in', () => {
  fc.assert(
    fc.property(objects, (some) => {
      fc.pre(!hasTies(some));
      const { status } = load(some, POOL);
      const gateways = some.filter((one) => isOfApi(one, 'Gateway') && isOurs(one, some));
      const { listeners } = attachmentsOf(some, (one) => status.of(keyOf(one)), true);
      const sets = (gateway: RawObject) =>
        some.filter((one) => isOfApi(one, 'ListenerSet') && isLetIn(one, gateway, some));
      const told = gateways.map((one) =>
        [one, ...sets(one)].flatMap((holder) => (status.of(keyOf(holder))?.listeners ?? []).map(countOf)),
      );
      const wanted = gateways.map((one) =>
        listeners.get(rowOf(one))!.map(({ name, routes }) => {
          // Of which something can be done.
          const attached = routes.filter(({ route }) => !isUseless(status.of(keyOf(route))));
          return countOf({ name, attachedRoutes: attached.length });
        }),
      );
      expect(told).toEqual(wanted);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('a policy is told once for each of those that it has an effect on, and these are ours', () => {
  fc.assert(
    fc.property(objects, (some) => {
      const { status } = load(some, POOL);
      const wrong = some.flatMap((one) => {
        const { ancestors = [], parents = [] } = POLICIES.includes(one.kind) ? (status.of(keyOf(one)) ?? {}) : {};
        const all = [
          ...ancestors.map(({ ancestorRef, ...rest }) => ({ ...rest, ref: ancestorRef })),
          ...parents.map(({ parentRef, ...rest }) => ({ ...rest, ref: parentRef })),
        ];
        const refs = all.map(({ ref }) => JSON.stringify(ref));
        const foreign = all.filter(
          ({ ref, controllerName }) => controllerName !== OWN_CONTROLLER || !isOurParent(meaningOf(ref, one), some),
        );
        const twice = refs.filter((ref, i) => refs.indexOf(ref) !== i);
        return [...foreign.map(({ ref }) => JSON.stringify(ref)), ...twice, ...(refs.length > 16 ? refs : [])];
      });
      expect(wrong).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('the order in which objects come changes no status', () => {
  fc.assert(
    fc.property(
      anything.chain((some) => fc.tuple(fc.constant(some), shuffled(some))),
      ([some, other]) => {
        expect(allStatus(load(other, POOL))).toEqual(allStatus(load(some, POOL)));
      },
    ),
    { numRuns: 100 },
  );
}, 60_000);

test('whatever came before, the status is the one that is computed from scratch', () => {
  fc.assert(
    fc.property(fc.array(anything, { minLength: 1, maxLength: 3 }), anything, (before, last) => {
      const controlPlane = createControlPlane({ gateways: { addressPool: POOL } });
      const watch = controlPlane.graph.watch(
        'status',
        () => allStatus(controlPlane),
        () => {},
      );
      let known: readonly RawObject[] = [];
      for (const some of [...before, last]) {
        const kept = new Set(some.map(keyOf));
        const gone = known.filter((one) => !kept.has(keyOf(one)));
        controlPlane.store.apply(deletions(gone));
        watch.read();
        // What cannot be used leaves what was there before in force, so that it must go first.
        controlPlane.store.apply(deletions(some));
        for (const one of some) {
          controlPlane.store.apply(upserts([one]));
          watch.read();
        }
        known = some;
      }
      expect(watch.read()).toEqual(allStatus(load(last, POOL)));
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('the status of objects that have nothing to do with a change stays as it is', () => {
  fc.assert(
    fc.property(anything, anything, anything, (some, before, after) => {
      const own = some.map(withoutDefaults);
      const controlPlane = load(own, undefined);
      const watch = controlPlane.graph.watch(
        'status',
        () => own.map((one) => controlPlane.status.of(keyOf(one))),
        () => {},
      );
      const alone = watch.read();
      const others = [before, after].map((all) => all.map(withoutDefaults).map(elsewhere));
      controlPlane.store.apply(upserts(others[0]!));
      expect(watch.read()).toEqual(alone);
      controlPlane.store.apply(upserts(others[1]!));
      expect(watch.read()).toEqual(alone);
      controlPlane.store.apply(deletions(others.flat()));
      expect(watch.read()).toEqual(alone);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('what nobody names changes no status but its own', () => {
  fc.assert(
    fc.property(
      objects,
      fc.constantFrom(...ROUTE_KINDS),
      fc.constantFrom('Service', 'Secret', 'ConfigMap'),
      (some, kind, core) => {
        const guests = [
          strangeRoute(kind),
          { apiVersion: 'v1', kind: core, metadata: { name: 'stranger', namespace: 'shop' } },
        ];
        const controlPlane = load(some, POOL);
        const before = some.map((one) => controlPlane.status.of(keyOf(one)));
        controlPlane.store.apply(upserts(guests));
        expect(some.map((one) => controlPlane.status.of(keyOf(one)))).toEqual(before);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

function nameOf(object: RawObject): string {
  const { group, kind, namespace, name } = parseObjectKey(keyOf(object));
  return `${group}/${kind} ${namespace}/${name}`;
}

function allStatus({ status }: ControlPlane): Readonly<Record<ObjectKey, ObjectStatus | undefined>> {
  return Object.fromEntries(status.objects().map((key) => [key, status.of(key)]));
}

function shuffled(some: readonly RawObject[]): fc.Arbitrary<readonly RawObject[]> {
  return fc.shuffledSubarray([...some], { minLength: some.length });
}

/** What of a status there is one of for each of something. */
function entriesOf(said: ObjectStatus | undefined): unknown {
  if (!said) return undefined;
  const { conditions, listeners, parents } = said;
  return {
    isTold: conditions !== undefined,
    listeners: listeners?.map(({ name }) => name),
    parents: parents?.map(({ parentRef, controllerName }) => ({ parentRef, controllerName })),
  };
}

function entriesWanted(object: RawObject, all: readonly RawObject[]): unknown {
  const told = { isTold: true, listeners: undefined, parents: undefined };
  if (isOfApi(object, 'GatewayClass') || object.kind === 'XMesh')
    return specOf(object)['controllerName'] === OWN_CONTROLLER ? told : undefined;
  if (isOfApi(object, 'Gateway')) return isOurs(object, all) ? { ...told, listeners: namesIn(object) } : undefined;
  if (isOfApi(object, 'ListenerSet')) {
    const gateway = gatewayOf(object, all);
    return gateway && { ...told, listeners: isLetIn(object, gateway, all) ? namesIn(object) : [] };
  }
  if (ROUTE_KINDS.some((kind) => isOfApi(object, kind))) {
    const parents = parentsWanted(object, all);
    return parents.length > 0 ? { isTold: false, listeners: undefined, parents } : undefined;
  }
  return undefined;
}

/** They are told for what they have an effect on. */
const POLICIES = ['BackendTLSPolicy', 'XBackendTrafficPolicy', 'XBackend'];

function isUseless(route: ObjectStatus | undefined): boolean {
  const atGateways = (route?.parents ?? []).filter(({ parentRef }) => parentRef['kind'] !== 'Service');
  return atGateways
    .flatMap(({ conditions }) => conditions)
    .some(({ type, reason }) => type === 'Accepted' && reason === 'UnsupportedValue');
}

function countOf({ name, attachedRoutes }: { readonly name: string; readonly attachedRoutes: number }): string {
  return `${name}: ${attachedRoutes}`;
}

function namesIn(object: RawObject): readonly unknown[] {
  return (specOf(object)['listeners'] as { readonly name: string }[]).map(({ name }) => name);
}

/** Of a ListenerSet, if it is ours. */
function gatewayOf(set: RawObject, all: readonly RawObject[]): RawObject | undefined {
  const defaults = { group: GATEWAY_API, kind: 'Gateway', namespace: namespaceOf(set) };
  const ref = referenceIn(specOf(set)['parentRef'], defaults)!;
  return find(all, ref, (one) => isOurs(one, all));
}

interface Reference {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

function find(
  all: readonly RawObject[],
  { group, kind, namespace, name }: Reference,
  is: (one: RawObject) => boolean = () => true,
): RawObject | undefined {
  return all.find((one) => {
    const found = parseObjectKey(keyOf(one));
    return found.group === group && found.kind === kind && rowOf(one) === `${namespace}/${name}` && is(one);
  });
}

/** Verbatim, with the group and kind that an API server writes where there are none. */
function parentsWanted(route: RawObject, all: readonly RawObject[]): readonly unknown[] {
  const { parentRefs = [], useDefaultGateways } = specOf(route) as {
    readonly parentRefs?: readonly Record<string, unknown>[];
    readonly useDefaultGateways?: string;
  };
  const meant = parentRefs.map((ref) => ({
    ref: { group: GATEWAY_API, kind: 'Gateway', ...ref },
    to: meaningOf(ref, route),
  }));
  const written = meant.filter(({ to }) => isOurParent(to, all)).map(({ ref }) => ref);
  const defaults = all.filter(
    (one) =>
      isOfApi(one, 'Gateway') &&
      isOurs(one, all) &&
      specOf(one)['defaultScope'] === 'All' &&
      !meant.some(({ to }) => find([one], to) !== undefined),
  );
  const implied = defaults
    .map((one) => ({ group: GATEWAY_API, kind: 'Gateway', namespace: namespaceOf(one), name: one.metadata.name }))
    .toSorted((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
  const refs = [...written, ...(useDefaultGateways === 'All' ? implied : [])];
  return refs.map((parentRef) => ({ parentRef, controllerName: OWN_CONTROLLER }));
}

function meaningOf(ref: Readonly<Record<string, unknown>>, route: RawObject): Reference {
  const { sectionName, port, ...rest } = ref;
  return referenceIn(rest, { group: GATEWAY_API, kind: 'Gateway', namespace: namespaceOf(route) })!;
}

/** Services are of the mesh, which is this one, whether they exist or not. */
function isOurParent(to: Reference, all: readonly RawObject[]): boolean {
  if (to.group === '' && to.kind === 'Service') return true;
  if (to.group !== GATEWAY_API) return false;
  const object = find(all, to);
  if (!object) return false;
  return to.kind === 'Gateway'
    ? isOurs(object, all)
    : to.kind === 'ListenerSet' && gatewayOf(object, all) !== undefined;
}

function strangeIn(said: ObjectStatus, object: RawObject): readonly string[] {
  const isSet = object.kind === 'ListenerSet';
  const own = PLACES[object.kind] ?? words.route;
  const all = [
    ...(said.conditions ? [{ conditions: said.conditions, place: own }] : []),
    ...(said.listeners ?? []).map(({ conditions }) => ({ conditions, place: isSet ? words.entry : words.listener })),
    ...(said.parents ?? []).map(({ conditions }) => ({ conditions, place: own })),
    ...(said.ancestors ?? []).map(({ conditions }) => ({ conditions, place: own })),
  ];
  return all.flatMap(({ conditions, place }) => [
    ...strangeWords(conditions, place),
    ...conditions.flatMap((condition) => staleIn(condition, object)),
  ]);
}

const PLACES: Readonly<Record<string, (typeof words)[keyof typeof words]>> = {
  GatewayClass: words.class,
  Gateway: words.gateway,
  ListenerSet: words.listenerSet,
  BackendTLSPolicy: words.policy,
  XBackendTrafficPolicy: words.policy,
  XBackend: { ...words.policy, ...words.route, Accepted: words.policy.Accepted! },
  XMesh: words.mesh,
};

function staleIn({ type, observedGeneration }: Condition, { metadata }: RawObject): readonly string[] {
  const { generation } = metadata;
  return observedGeneration === generation ? [] : [`${type} is of generation ${observedGeneration}, not ${generation}`];
}

/** Default Gateways are for the routes of all namespaces, and a class for all Gateways. */
function withoutDefaults(object: RawObject): RawObject {
  const { defaultScope: _, useDefaultGateways: __, ...spec } = specOf(object);
  return { ...object, spec };
}

/** The same in other namespaces, which have nothing to do with these. */
function elsewhere(object: RawObject): RawObject {
  const text = NAMESPACES.reduce(
    (all, name) => all.replaceAll(`"${name}"`, `"${name}-2"`).replaceAll(`.${name}.svc`, `.${name}-2.svc`),
    JSON.stringify(object),
  );
  const moved = JSON.parse(text.replaceAll('"second"', '"third"').replaceAll('"foreign"', '"strange"')) as RawObject;
  const name =
    isOfApi(moved, 'GatewayClass') || moved.kind === 'XMesh' ? `${moved.metadata.name}-2` : moved.metadata.name;
  const namespace = moved.metadata.namespace;
  return { ...moved, metadata: { ...moved.metadata, name, ...(namespace && { namespace }) } };
}

function strangeRoute(kind: string): RawObject {
  const rules = [{ backendRefs: [{ name: 'stranger', port: 80 }] }];
  const spec = { parentRefs: [{ name: 'stranger' }], rules, ...(kind === 'TLSRoute' && { hostnames: ['a.example'] }) };
  return { apiVersion: `${GATEWAY_API}/v1`, kind, metadata: { name: 'stranger', namespace: 'shop' }, spec };
}
