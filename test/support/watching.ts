import type { Problem } from '../../src/api/index.ts';
import type { ControlPlane } from '../../src/control-plane/index.ts';
import { entriesIn, type Layers } from '../../src/lib/layers.ts';
import type { Shares } from '../../src/lib/shares.ts';
import { type Entry, type XdsType, xdsTypes } from '../../src/proto/index.ts';
import type { CaseProxy } from './corpus.ts';

/** One resource of one proxy, as the control plane has it now. */
export interface Seen {
  /** Of the proxy, with its protocol: `shop over delta`. */
  readonly proxy: string;
  readonly type: XdsType;
  readonly name: string;
  readonly entry: Entry;
}

/** All resources of all types of some proxies, watched as their streams would. */
export interface Watching {
  readonly all: () => readonly Seen[];
  /** `shop over delta: cds outbound|80||cart.shop` → version. What is held has its violations instead. */
  readonly versions: () => ReadonlyMap<string, string>;
  /** Changes by identity exactly when some version may have changed: for many comparisons, most of which say "the same". */
  readonly layers: () => readonly Shares<Entry>[];
}

/** Each proxy connects twice, over either protocol, since that decides how virtual hosts travel. */
export function watchAll({ graph, views, translators }: ControlPlane, proxies: readonly CaseProxy[]): Watching {
  const watches = proxies.flatMap(({ name, node }) =>
    (['sotw', 'delta'] as const).flatMap((protocol) => {
      const proxy = `${name} over ${protocol}`;
      views.connections.set(proxy, { ...node, protocol });
      return xdsTypes.map((type) => {
        const read = (): Layers<Entry> => translators[type].resources(views.viewFor(proxy)!);
        return { proxy, type, watch: graph.watch(`${proxy}: ${type}`, read, () => {}) };
      });
    }),
  );
  const all = (): readonly Seen[] =>
    watches.flatMap(({ proxy, type, watch }) =>
      [...entriesIn(watch.read())].map(([name, entry]) => ({ proxy, type, name, entry })),
    );
  return {
    all,
    versions: () =>
      new Map(
        all()
          .map((seen) => [labelOf(seen), versionOf(seen.entry)] as const)
          .sort(byLabel),
      ),
    layers: () => watches.flatMap(({ watch }) => watch.read()),
  };
}

/** A problem without its place. */
export function problemText({ severity, code, object, path, message, hint }: Problem): string {
  return `${severity} ${object ?? ''} ${path}: ${message} (${hint ?? ''}) [${code}]`;
}

export function labelOf({ proxy, type, name }: Seen): string {
  return `${proxy}: ${type} ${name}`;
}

function versionOf(entry: Entry): string {
  return entry.version ?? `held: ${entry.violations.map(({ path, message }) => `${path} ${message}`).join('; ')}`;
}

function byLabel([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
