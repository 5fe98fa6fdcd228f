import fc from 'fast-check';
import type { RawObject } from '../../../src/api/index.ts';
import { GATEWAYS, HOSTNAMES, ROUTES, SECTIONS, SERVICES } from './names.ts';

/** Configurations with up to four mistakes in them. */
export function broken(configurations: fc.Arbitrary<readonly RawObject[]>): fc.Arbitrary<readonly RawObject[]> {
  return fc
    .tuple(configurations, fc.array(mistake, { minLength: 1, maxLength: 4 }))
    .map(([objects, mistakes]) => mistakes.reduce(make, objects));
}

/** Where, as a number of all places that there are, and what. */
interface Mistake {
  readonly object: number;
  readonly place: number;
  readonly what: (parent: Parent, key: string | number) => void;
}

type Parent = Record<string | number, unknown>;

const JUNK = [
  null,
  true,
  -1,
  0,
  1.5,
  70_000,
  '',
  ' ',
  'junk',
  '*',
  '*.*',
  '/',
  '..',
  'UPPER',
  'a'.repeat(300),
  [],
  {},
  [null],
  [{}],
  { a: 1 },
  [[]],
];
const WORDS = [
  ...HOSTNAMES,
  ...GATEWAYS,
  ...ROUTES,
  ...SERVICES,
  ...SECTIONS,
  'infra',
  'shop',
  'web',
  'Exact',
  'All',
  'Service',
  'Gateway',
  'HTTPRoute',
  'HTTP',
  'HTTPS',
  '(',
  '[a-',
  '/a//b',
  '/%zz',
];

const what: fc.Arbitrary<Mistake['what']> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...JUNK).map((junk) => (parent: Parent, key: string | number): void => {
      parent[key] = structuredClone(junk);
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...WORDS).map((word) => (parent: Parent, key: string | number): void => {
      parent[key] = word;
    }),
  },
  { weight: 3, arbitrary: fc.constant(remove) },
  { weight: 3, arbitrary: fc.nat(20).map((at) => (parent: Parent, key: string | number) => misspell(parent, key, at)) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...JUNK, ...WORDS)
      .map((junk) => (parent: Parent, key: string | number) => add(parent, key, junk)),
  },
  { weight: 1, arbitrary: fc.constant(repeat) },
);
const mistake: fc.Arbitrary<Mistake> = fc.record({ object: fc.nat(), place: fc.nat(), what });

/** In a copy. */
function make(objects: readonly RawObject[], { object: at, place, what: does }: Mistake): readonly RawObject[] {
  const i = at % objects.length;
  const copy = structuredClone(objects[i]!);
  const places = placesIn(copy, []);
  if (places.length === 0) return objects;
  const path = places[place % places.length]!;
  const parent = path.slice(0, -1).reduce<unknown>((value, key) => (value as Parent)[key], copy) as Parent;
  does(parent, path.at(-1)!);
  return objects.with(i, copy);
}

/** Everything in an object but who it is. */
function placesIn(value: unknown, path: readonly (string | number)[]): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((name) => {
    const key = Array.isArray(value) ? Number(name) : name;
    if (path.length === 0 && ['apiVersion', 'kind', 'metadata'].includes(name)) return [];
    const here = [...path, key];
    return [here, ...placesIn((value as Parent)[key], here)];
  });
}

function remove(parent: Parent, key: string | number): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

/** One letter is missing in the name of a field. */
function misspell(parent: Parent, key: string | number, at: number): void {
  if (typeof key === 'number') return remove(parent, key);
  const i = at % key.length;
  const value = parent[key];
  delete parent[key];
  parent[`${key.slice(0, i)}${key.slice(i + 1)}`] = value;
}

/** A field that nobody knows. */
function add(parent: Parent, key: string | number, junk: unknown): void {
  const inside = parent[key];
  const map = typeof inside === 'object' && inside !== null && !Array.isArray(inside) ? (inside as Parent) : parent;
  if (Array.isArray(map)) map.push(structuredClone(junk));
  else map['unheardOf'] = structuredClone(junk);
}

function repeat(parent: Parent, key: string | number): void {
  if (Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]));
  else parent[key] = [parent[key], structuredClone(parent[key])];
}
