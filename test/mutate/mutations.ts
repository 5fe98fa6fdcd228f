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

const xds = (file: string, name: string, from: string, to: string): Mutation => ({
  name,
  file: `src/xds/${file}`,
  from,
  to,
  tests: ['src/xds', 'test/property', 'test/protocol/stories', 'test/protocol/delta', 'test/protocol/server'],
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
  graph('a column tells its readers of every write', 'cell && !equal(partOf(before), partOf(after))', 'cell'),
  graph(
    'a column is not told that a value went',
    'cell && !equal(partOf(before), partOf(after))',
    'cell && after !== undefined && !equal(partOf(before), partOf(after))',
  ),
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
  xds(
    'round.ts',
    'listeners do not wait for their clusters',
    "wait: { lds: 'wait', rds: 'wait', vhds: 'wait' }",
    "wait: { lds: 'make', rds: 'make', vhds: 'make' }",
  ),
  xds(
    'plan.ts',
    'what must go is taken away at once',
    "if (had && step.stage === 'make') exceptions.set(name, had);\n      else if (had || isAsked) remove(name);",
    'if (had || isAsked) remove(name);',
  ),
  xds('plan.ts', 'a rejected version is sent again', 'want.rejected.get(entry.name) === entry.version', 'false'),
  xds('plan.ts', 'what a proxy has already is sent again', 'isAsked || had?.version !== entry.version', 'true'),
  xds(
    'plan.ts',
    'a name that is asked for and missing is not answered',
    'else if (had || isAsked) remove(name);',
    'else if (had) remove(name);',
  ),
  xds(
    'plan.ts',
    'a new name of a wildcard is forgotten',
    'return after.wildcard ? namesOf(set) :',
    'return after.wildcard ? NO_NAMES.names :',
  ),
  xds('delta.ts', 'an old nonce counts as an answer', 'request.nonce !== `${subscription.sent}`', 'false'),
  xds(
    'delta.ts',
    'a proxy that comes back is believed to have nothing',
    'has: hasOf(opened.scope, EMPTY_SET, claims)',
    'asked: names',
  ),
  xds(
    'delta.ts',
    'a name given up is still served',
    'const names = minus(union(before.names, more), less);',
    'const names = union(before.names, more);',
  ),
  xds(
    'delta.ts',
    'an empty first subscription is no wildcard',
    'silent ? WILDCARD_BY_EMPTY.has(type) :',
    'silent ? false :',
  ),
  xds(
    'subscription.ts',
    'two responses of one type are in flight',
    'if (subscription.flight) return { subscription };',
    '',
  ),
  xds('subscription.ts', 'a rejection never ends', 'find(set, name)?.version !== version', 'false'),
  xds('resource-set.ts', 'what is gone from a layer is not noticed', '...removed]', ']'),
  xds(
    'sotw.ts',
    'an old nonce counts as an answer',
    'if (request.nonce !== `${subscription.sent}`) return',
    'if (false) return',
  ),
];
