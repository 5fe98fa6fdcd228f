import { sharesOf } from '../../src/lib/shares.ts';
import { type Entry, encode, type Held, type Resource, type XdsType, xdsTypes } from '../../src/proto/index.ts';
import type { OpenView, ResourceSource } from '../../src/server/resource-source.ts';

/** A small valid resource; another revision is another version. */
export function resource(type: XdsType, name: string, revision = 1): Resource {
  const entry = build(type, name, revision);
  if (entry.version === undefined) throw new Error(`${type} ${name} is not valid: ${JSON.stringify(entry.violations)}`);
  return entry;
}

export function held(type: XdsType, name: string): Held {
  return { type, name, version: undefined, violations: [{ path: 'name', message: 'is held by the test' }] };
}

function build(type: XdsType, name: string, revision: number): Entry {
  switch (type) {
    case 'cds':
      return encode('cds', { name, altStatName: `r${revision}` });
    case 'eds':
      return encode('eds', { clusterName: name, policy: { overprovisioningFactor: 100 + revision } });
    case 'lds':
      return encode('lds', { name, statPrefix: `r${revision}` });
    case 'rds':
      return encode('rds', { name, requestHeadersToRemove: [`r${revision}`] });
    case 'vhds':
      return encode('vhds', { name, domains: [name], requestHeadersToRemove: [`r${revision}`] });
    case 'sds':
      return encode('sds', { name, genericSecret: { secret: { inlineString: `r${revision}` } } });
  }
}

/** A world in which tests put resources by hand; every proxy sees all of it. */
export interface World extends ResourceSource {
  /** Replaces resources by name, or takes them away. Tells everybody once. */
  change(change: { readonly set?: readonly Entry[]; readonly remove?: readonly (readonly [XdsType, string])[] }): void;
}

export function createWorld(initial: readonly Entry[] = []): World {
  const tables = new Map(xdsTypes.map((type) => [type, new Map<string, Entry>()]));
  const layers = new Map<XdsType, readonly [ReturnType<typeof sharesOf<Entry>>]>();
  const wakes = new Set<() => void>();
  const table = (type: XdsType): Map<string, Entry> => tables.get(type)!;
  const world: World = {
    change({ set = [], remove = [] }) {
      for (const entry of set) table(entry.type).set(entry.name, entry);
      for (const [type, name] of remove) table(type).delete(name);
      for (const type of new Set([...set.map((entry) => entry.type), ...remove.map(([type]) => type)])) {
        layers.set(type, [sharesOf<Entry>(table(type), familyOf)]);
      }
      for (const wake of [...wakes]) wake();
    },
    open(_node, wake): OpenView {
      const told = (): void => wake();
      wakes.add(told);
      return {
        id: 'everybody',
        read: (type) => layers.get(type) ?? [],
        update: () => {},
        stop: () => wakes.delete(told),
      };
    },
  };
  world.change({ set: initial });
  return world;
}

function familyOf(name: string): string {
  return name;
}
