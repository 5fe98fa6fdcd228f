/** Cells that are computed alike: the rows of a table, the groups of an index, the results of a query. */
export interface Family {
  readonly name: string;
  readonly compute: (key: string) => unknown;
  readonly cells: Map<string, Cell>;
}

export const NO_CELLS: readonly Cell[] = [];

export class Cell {
  state: 'fresh' | 'suspect' | 'stale' | 'running' = 'stale';
  value: unknown;
  failure: { readonly error: unknown } | undefined;
  /** In reading order. May hold a cell twice. */
  reads: Cell[] = NO_CELLS as Cell[];
  /** Most cells of a mesh are leaves or have one reader: a set of their own for each would double their size. */
  readers: Set<Cell> | undefined;
  /** The run that read it last, so that reading it again in that run costs nothing. */
  readBy = 0;
  /** The number of its current or last run. */
  run = 0;
  readonly family: Family;
  /** Undefined for a cell that stands alone: it is not in its family's map, and not dropped. */
  readonly key: string | undefined;
  readonly suspected: (() => void) | undefined;

  constructor(family: Family, key?: string, suspected?: () => void) {
    this.family = family;
    this.key = key;
    this.suspected = suspected;
  }

  get name(): string {
    return this.key === undefined ? this.family.name : `${this.family.name}(${this.key})`;
  }
}

/** A cell that stands alone. */
export function single(name: string, compute: () => unknown, suspected?: () => void): Cell {
  return new Cell({ name, compute, cells: new Map() }, undefined, suspected);
}
