/** A bug to put in, and the tests that should notice. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}

const graph = (name: string, from: string, to: string): Mutation => ({
  name,
  file: 'src/graph/graph.ts',
  from,
  to,
  tests: ['src/graph'],
});

export const mutations: readonly Mutation[] = [
  graph('watches are not told', 'if (cell.suspected) this.#suspectedWatches.add(cell);', ''),
  graph('readers of a changed value stay suspect', "if (reader.state === 'suspect') reader.state = 'stale';", '{}'),
  graph(
    'suspicion stops at the first reader',
    'for (const reader of cell.readers ?? NO_CELLS) this.#suspect(reader);\n  }\n\n  /** Forgets',
    '}\n\n  /** Forgets',
  ),
  graph('reads that are no longer made are kept', 'this.#forgetAllBut(cell.reads, before, cell);', ''),
  graph('an index forgets to tell the group that was left', '[...left, ...joined]', '[...joined]'),
  graph(
    'the list of keys is not told of a new key',
    'if (before === undefined || after === undefined) this.#invalidate(keys);',
    '',
  ),
  graph(
    'a suspect counts as fresh unchecked',
    "if (cell.state === 'suspect' && !this.#someReadChanged(cell)) cell.state = 'fresh';",
    "if (cell.state === 'suspect') cell.state = 'fresh';",
  ),
  graph('an equal value counts as a change', 'if (!failure && !cell.failure && equal(value, cell.value)) return;', ''),
  graph(
    'what a dropped cell read is not released',
    'for (const read of cell.reads) this.#forget(read, cell);\n    cell.reads = [];',
    'cell.reads = [];',
  ),
  graph('cells that nobody reads are kept', '      cell.family.cells.delete(cell.key!);\n', ''),
  graph(
    'a second reader of a cell is not noted',
    'if (cell.readBy === reader.run) return;',
    'if (cell.readBy) return;',
  ),
];
