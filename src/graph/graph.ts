/**
 * A demand-driven graph of memoized computations. Three kinds of node, and nothing else:
 *
 *   table   what the world told us             services.set('a', {...})
 *   query   a pure function of other nodes     cluster('view|a')
 *   watch   who wants to know                  graph.watch('stream 7', () => clusters(view), wake)
 *
 * A write computes nothing. It marks the cells above it suspect and tells the watches among them.
 * A read recomputes only the suspects whose own reads truly changed; a query that arrives at an
 * equal value keeps the old one, so the change stops there:
 *
 *   write:  table ─► stale ─► suspect ─► suspect ─► watch is told
 *   read:            compute, equal? ─► fresh again without computing
 */
import { Cell, type Family, NO_CELLS, single } from './cell.ts';
import { equal } from './equal.ts';

export type Query<V, K extends string = string> = (key: K) => V;

export interface Table<V> {
  get(key: string): V | undefined;
  /** Every key, sorted. Changes when a key comes or goes, not when a value changes. */
  keys(): readonly string[];
  set(key: string, value: V): void;
  delete(key: string): void;
  /** The keys of the values that belong to a group. A change in one group is not seen by another. */
  index(name: string, groupsOf: (value: V) => readonly string[]): Query<readonly string[]>;
  /**
   * What one part of each value is. A write that leaves the part as it was does not even suspect its readers, so those
   * who read it of every value (a list of all hosts) cost nothing when another part changes.
   */
  column<C>(name: string, of: (value: V) => C): Query<C | undefined>;
}

export interface Watch<V> {
  read(): V;
  stop(): void;
}

export class Graph {
  /** How often each query was computed: tests assert on it, /metrics shows it. */
  readonly computed = new Map<string, number>();
  #running: Cell | undefined;
  #depth = 0;
  #suspectedWatches = new Set<Cell>();
  #orphans = new Set<Cell>();
  #runs = 0;
  #families: Family[] = [];

  /** How many cells are remembered. It follows what is watched, not what was ever asked. */
  get size(): number {
    return this.#families.reduce((total, { cells }) => total + cells.size, 0);
  }

  table<V>(name: string): Table<V> {
    const values = new Map<string, V>();
    const rows = this.#family(name, (key) => values.get(key));
    const keys = single(`${name}.keys`, () => [...values.keys()].sort());
    const followers: ((key: string, before: V | undefined, after: V | undefined) => void)[] = [];

    const write = (key: string, after: V | undefined): void => {
      if (this.#running) throw new Error(`query ${this.#running.name} must not write ${name}(${key})`);
      const before = values.get(key);
      if (equal(before, after)) return;
      if (after === undefined) values.delete(key);
      else values.set(key, after);
      this.transaction(() => {
        this.#invalidate(rows.cells.get(key));
        if (before === undefined || after === undefined) this.#invalidate(keys);
        for (const follow of followers) follow(key, before, after);
      });
    };

    const index = (indexName: string, groupsOf: (value: V) => readonly string[]): Query<readonly string[]> => {
      const groups = new Map<string, Set<string>>();
      const family = this.#family(`${name}.${indexName}`, (group) => [...(groups.get(group) ?? [])].sort());
      const update = (key: string, before: V | undefined, after: V | undefined): void => {
        const old = new Set(before === undefined ? [] : groupsOf(before));
        const now = new Set(after === undefined ? [] : groupsOf(after));
        const left = old.difference(now);
        const joined = now.difference(old);
        for (const group of left) groups.get(group)?.delete(key);
        for (const group of joined) getOrCreate(groups, group, () => new Set()).add(key);
        for (const group of [...left, ...joined]) this.#invalidate(family.cells.get(group));
      };
      for (const [key, value] of values) update(key, undefined, value);
      followers.push(update);
      return (group) => this.#readAt(family, group) as readonly string[];
    };

    const column = <C>(columnName: string, of: (value: V) => C): Query<C | undefined> => {
      const partOf = (value: V | undefined): C | undefined => (value === undefined ? undefined : of(value));
      const family = this.#family(`${name}.${columnName}`, (key) => partOf(values.get(key)));
      followers.push((key, before, after) => {
        const cell = family.cells.get(key);
        if (cell && !equal(partOf(before), partOf(after))) this.#invalidate(cell);
      });
      return (key) => this.#readAt(family, key) as C | undefined;
    };

    return {
      get: (key) => this.#readAt(rows, key) as V | undefined,
      keys: () => this.#read(keys) as readonly string[],
      set: write,
      delete: (key) => write(key, undefined),
      index,
      column,
    };
  }

  query<V, K extends string = string>(name: string, compute: (key: K) => V): Query<V, K> {
    const family = this.#family(name, (key) => {
      this.computed.set(name, (this.computed.get(name) ?? 0) + 1);
      return compute(key as K);
    });
    return (key) => this.#readAt(family, key) as V;
  }

  /** `suspected` is called after a transaction that may have changed the value; nothing is computed until `read`. */
  watch<V>(name: string, read: () => V, suspected: () => void): Watch<V> {
    const cell = single(name, read, suspected);
    return {
      read: () => {
        try {
          return this.#read(cell) as V;
        } finally {
          this.#sweep();
        }
      },
      stop: () => {
        this.#suspectedWatches.delete(cell);
        this.#unlink(cell);
        this.#sweep();
      },
    };
  }

  /** Groups writes: watches are told once, after the outermost transaction. */
  transaction(write: () => void): void {
    this.#depth++;
    try {
      write();
    } finally {
      if (--this.#depth === 0) {
        const told = this.#suspectedWatches;
        this.#suspectedWatches = new Set();
        for (const cell of told) cell.suspected!();
      }
    }
  }

  /** The inputs a value was computed from, each as the path of names that leads to it. */
  explain(read: () => unknown): string[][] {
    const probe = single('explain', read);
    this.#read(probe);
    const paths: string[][] = [];
    const visit = (cell: Cell, path: string[]): void => {
      if (cell.reads.length === 0) paths.push(path);
      for (const next of cell.reads) visit(next, [...path, next.name]);
    };
    visit(probe, []);
    this.#unlink(probe);
    this.#sweep();
    return paths;
  }

  #family(name: string, compute: (key: string) => unknown): Family {
    const family = { name, compute, cells: new Map<string, Cell>() };
    this.#families.push(family);
    return family;
  }

  #readAt(family: Family, key: string): unknown {
    const known = family.cells.get(key);
    if (known) return this.#read(known);
    const cell = new Cell(family, key);
    family.cells.set(key, cell);
    return this.#read(cell);
  }

  #read(cell: Cell): unknown {
    if (cell.state === 'running') throw new Error(`query ${cell.name} depends on itself`);
    const reader = this.#running;
    if (reader) this.#link(cell, reader);
    else if (cell.key !== undefined && !cell.readers?.size) this.#orphans.add(cell);
    if (cell.state !== 'fresh') this.#refresh(cell);
    if (cell.failure) throw cell.failure.error;
    return cell.value;
  }

  #link(cell: Cell, reader: Cell): void {
    if (cell.readBy === reader.run) return;
    cell.readBy = reader.run;
    reader.reads.push(cell);
    cell.readers ??= new Set();
    cell.readers.add(reader);
  }

  #refresh(cell: Cell): void {
    if (cell.state === 'suspect' && !this.#someReadChanged(cell)) cell.state = 'fresh';
    if (cell.state === 'stale') this.#compute(cell);
  }

  #someReadChanged(cell: Cell): boolean {
    // In reading order: a later read may have been made only because of what an earlier one returned.
    for (const read of cell.reads) {
      this.#refresh(read);
      if (cell.state === 'stale') return true;
    }
    return false;
  }

  #compute(cell: Cell): void {
    const outer = this.#running;
    const before = cell.reads;
    const { value, failure } = this.#run(cell);
    this.#running = outer;
    cell.state = 'fresh';
    this.#forgetAllBut(cell.reads, before, cell);
    if (!failure && !cell.failure && equal(value, cell.value)) return;
    cell.value = value;
    cell.failure = failure;
    for (const reader of cell.readers ?? NO_CELLS) if (reader.state === 'suspect') reader.state = 'stale';
  }

  #run(cell: Cell): { value?: unknown; failure?: { error: unknown } } {
    cell.reads = [];
    cell.run = ++this.#runs;
    cell.state = 'running';
    this.#running = cell;
    try {
      return { value: cell.family.compute(cell.key ?? '') };
    } catch (error) {
      return { failure: { error } };
    }
  }

  #invalidate(cell: Cell | undefined): void {
    if (!cell || cell.state === 'stale') return;
    cell.state = 'stale';
    for (const reader of cell.readers ?? NO_CELLS) this.#suspect(reader);
  }

  #suspect(cell: Cell): void {
    if (cell.state !== 'fresh') return;
    cell.state = 'suspect';
    if (cell.suspected) this.#suspectedWatches.add(cell);
    for (const reader of cell.readers ?? NO_CELLS) this.#suspect(reader);
  }

  /** Forgets what nobody reads any more, so that memory follows demand. */
  #sweep(): void {
    for (const cell of this.#orphans) {
      this.#orphans.delete(cell);
      if (cell.readers?.size) continue;
      cell.family.cells.delete(cell.key!);
      this.#unlink(cell);
    }
  }

  #unlink(cell: Cell): void {
    for (const read of cell.reads) this.#forget(read, cell);
    cell.reads = [];
  }

  #forgetAllBut(kept: readonly Cell[], before: readonly Cell[], reader: Cell): void {
    if (before.length === 0) return;
    const stay = new Set(kept);
    for (const read of before) if (!stay.has(read)) this.#forget(read, reader);
  }

  #forget(read: Cell, reader: Cell): void {
    read.readers?.delete(reader);
    if (!read.readers?.size && read.key !== undefined) this.#orphans.add(read);
  }
}

function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
