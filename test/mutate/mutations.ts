import type { Mutation } from './bug.ts';
import { gatewayApi } from './gateway-api.ts';
import { security } from './security.ts';

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
  tests: [
    'src/xds',
    'test/property',
    'test/protocol/stories',
    'test/protocol/changes',
    'test/protocol/delta',
    'test/protocol/server',
  ],
});

const sharing = (file: string, name: string, from: string, to: string): Mutation => ({
  name,
  file: `src/${file}`,
  from,
  to,
  tests: ['test/property/own-hosts'],
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
  xds('delta.ts', 'a proxy that comes back is believed to have nothing', 'claim: initialVersions', 'asked: names'),
  xds(
    'resubscribe.ts',
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
  sharing(
    'mesh/own-hosts.ts',
    "a namespace's own rules are not its own",
    '...exact, ...ruledHosts(namespace, patterns)',
    '',
  ),
  sharing('mesh/own-hosts.ts', "a rule for a wildcard is nobody's own", ', ...ruledHosts(namespace, patterns)', ''),
  sharing(
    'mesh/services.ts',
    'a service for one namespace is not its own',
    "...hostsFor(audiencesOf(unsaid(''), namespace)),",
    '',
  ),
  sharing(
    'mesh/services.ts',
    "a service is not its namespace's own",
    '...kubernetesHosts(servicesByNamespace(namespace)),',
    '',
  ),
  sharing('route/own-hosts.ts', 'routes for one namespace are not its own', '...exported, ', ''),
  sharing(
    'route/own-hosts.ts',
    'routes that ask for a namespace are shared with it',
    '...bySourceNamespace(namespace), ',
    '',
  ),
  sharing('route/own-hosts.ts', 'routes to what is its own are shared', ', ...hosts.flatMap(pointingAt)', ''),
  sharing(
    'route/own-hosts.ts',
    "a delegate is nobody's route",
    'own.length > 0 ? own : byDelegate(rule)',
    'own.length > 0 ? own : byDelegate(``)',
  ),
  sharing('route/own-hosts.ts', 'a host that is known here only is extra here too', ', ...extra])', '])'),
  sharing(
    'translate/routes/inventory.ts',
    'a name that another host took here is shared',
    '[...lost, ...onOtherPorts]',
    '[...onOtherPorts]',
  ),
  sharing(
    'translate/routes/inventory.ts',
    'a route that exists here only has no other hosts',
    '[...lost, ...onOtherPorts]',
    '[...lost]',
  ),
  {
    name: 'what an upper layer overrides is seen below it',
    file: 'src/lib/layers.ts',
    from: '|| isOverridden(layer, name)',
    to: '',
    tests: ['src/lib'],
  },
  {
    name: 'what is no longer overridden is not noticed',
    file: 'src/xds/resource-set.ts',
    from: ', ...namesUncovered(before.layers, after.layers)]',
    to: ']',
    tests: ['src/xds'],
  },
  ...security,
  ...gatewayApi,
];
