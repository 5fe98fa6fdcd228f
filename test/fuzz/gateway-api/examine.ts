import { keyOf, type RawObject } from '../../../src/api/index.ts';
import type { ControlPlane } from '../../../src/control-plane/index.ts';
import type { Node } from '../../../src/view/index.ts';
import { hasTies, isOfApi, isOurs } from './attachment.ts';
import { createInterpreter, type Interpreter, type Outcome, type Rule } from './envoy.ts';
import { areRight, classRouter, load, ownRouter, sentTo, sidecar } from './load.ts';
import { NAMESPACES } from './names.ts';
import { createOracle, type Oracle, type OracleRule, type Verdict } from './oracle.ts';
import { type Request, showRequest } from './requests.ts';
import { rowOf, specOf } from './written.ts';

/** A configuration, and how it is looked at. */
export interface Trial {
  readonly objects: readonly RawObject[];
  readonly requests: readonly Request[];
  /** One Envoy for all Gateways of a class, each with an address of a pool; or one for each Gateway. */
  readonly hasPool: boolean;
}

/** How much of a trial there was to see, so that nobody is proud of nothing. */
export interface Figures {
  resources: number;
  /** Requests for which an answer was worked out twice. */
  judged: number;
  exact: number;
  forwarded: number;
  connected: number;
}

export function noFigures(): Figures {
  return { resources: 0, judged: 0, exact: 0, forwarded: 0, connected: 0 };
}

const POOL = '127.20.0.0/16';
const EVERY = '0.0.0.0';

/** What is wrong with what pharos makes of a configuration; empty if all is well. Throws if pharos does. */
export function examine({ objects, requests, hasPool }: Trial, figures: Figures = noFigures()): readonly string[] {
  const controlPlane = load(objects, hasPool ? POOL : undefined);
  controlPlane.problems();
  for (const key of controlPlane.status.objects()) controlPlane.status.of(key);
  const statusOf = (object: RawObject) => controlPlane.status.of(keyOf(object));
  const oracle = createOracle(objects, statusOf, areRight(objects) && !hasTies(objects));
  const gateways = objects.filter((one) => isOfApi(one, 'Gateway'));
  const routers = hasPool
    ? classesOf(gateways).map((name) => ({ node: classRouter(name), gateways }))
    : gateways.map((one) => ({ node: ownRouter(rowOf(one)), gateways: [one] }));
  const wrong: string[] = [];
  for (const { node, gateways: own } of routers) {
    const seen = lookAt(controlPlane, node, figures);
    wrong.push(...seen.wrong);
    for (const { address, port } of seen.interpreter.ports) {
      const holders = own.filter((one) => isOurs(one, objects) && (!hasPool || hasAddress(one, address)));
      // Whoever is reached through a Service listens at every address.
      if (holders.length !== 1 && address !== EVERY) wrong.push(`${holders.length} Gateways have ${address}:${port}`);
      if (holders.length > 1) continue;
      for (const gateway of holders) wrong.push(...judge(rowOf(gateway), address, port, seen.interpreter));
    }
  }
  wrong.push(...lookAt(controlPlane, sidecar(NAMESPACES[requests.length % NAMESPACES.length]!), figures).wrong);
  return wrong;

  function hasAddress(gateway: RawObject, address: string): boolean {
    const addresses = statusOf(gateway)?.addresses ?? [];
    return addresses.some(({ type, value }) => value === address || (type === 'Hostname' && address === EVERY));
  }

  function judge(gateway: string, address: string, port: number, interpreter: Interpreter): readonly string[] {
    return requests.flatMap((request) => {
      const outcomes = interpreter.outcomes(address, port, request);
      const verdict = oracle.verdict(gateway, port, request);
      const isExact = oracle.isExact(gateway, port);
      figures.judged++;
      if (isExact) figures.exact++;
      if (outcomes.some(({ kind }) => kind === 'forward')) figures.forwarded++;
      if (outcomes.some(({ kind }) => kind === 'tcp')) figures.connected++;
      const sentences = [...tooWide(outcomes, verdict), ...(isExact ? different(outcomes, verdict) : [])];
      return sentences.map((sentence) => `${gateway} ${address}:${port} ${showRequest(request)}: ${sentence}`);
    });
  }
}

function classesOf(gateways: readonly RawObject[]): readonly string[] {
  return [...new Set(gateways.map((one) => `${specOf(one)['gatewayClassName'] as string}`))];
}

/** Nothing is held back, and what is named is there. */
function lookAt(
  controlPlane: ControlPlane,
  node: Node,
  figures: Figures,
): { readonly interpreter: Interpreter; readonly wrong: readonly string[] } {
  const { resources, clusters, count, held } = sentTo(controlPlane, node);
  figures.resources += count;
  const interpreter = createInterpreter(resources);
  const missing = [...interpreter.clusters].filter((name) => !clusters.has(name));
  return {
    interpreter,
    wrong: [
      ...held.map((one) => `${node.id} would reject ${one}`),
      ...missing.map((name) => `${node.id} has no cluster ${name}, which is named`),
    ],
  };
}

/** Whatever may be wrong in the objects: what goes somewhere goes there by a rule that says so. */
function tooWide(outcomes: readonly Outcome[], verdict: Verdict): readonly string[] {
  const rules = verdict.kind === 'rules' || verdict.kind === 'connection' ? verdict.rules : [];
  return outcomes.flatMap((outcome) => {
    switch (outcome.kind) {
      case 'forward':
        return verdict.kind === 'rules' &&
          rules.some((rule) => mayBe(outcome.by, rule) && goesTo(rule, 'forwards', outcome))
          ? []
          : [`is sent to ${outcome.cluster} by ${outcome.by.route} ${outcome.by.name ?? ''}, of which no rule says so`];
      case 'mirror':
        return rules.some((rule) => mayBe(outcome.by, rule) && goesTo(rule, 'mirrors', outcome))
          ? []
          : [
              `is copied to ${outcome.cluster} by ${outcome.by.route} ${outcome.by.name ?? ''}, of which no rule says so`,
            ];
      case 'redirect':
        return rules.some((rule) => mayBe(outcome.by, rule) && rule.backends.redirects)
          ? []
          : [`is redirected by ${outcome.by.route} ${outcome.by.name ?? ''}, of which no rule says so`];
      case 'tcp':
        return isNobody(outcome.cluster) ||
          (verdict.kind === 'connection' && rules.some((rule) => goesTo(rule, 'forwards', outcome)))
          ? []
          : [`is connected to ${outcome.cluster}, of which no rule says so`];
      default:
        return [];
    }
  });
}

/** A rule whose name cannot be used, or is another one's, has none. */
function mayBe(by: Rule, rule: OracleRule): boolean {
  return by.route === rule.route && (by.name === rule.name || by.name === undefined);
}

function isOf(by: Rule | undefined, rule: OracleRule): boolean {
  return by?.route === rule.route && by.name === rule.name;
}

function goesTo(
  { backends }: OracleRule,
  how: 'forwards' | 'mirrors',
  { cluster }: { readonly cluster: string },
): boolean {
  return backends[how].has(placeOf(cluster));
}

/** `outbound|80||cart.shop.svc.cluster.local` → `cart.shop.svc.cluster.local|80`. */
function placeOf(cluster: string): string {
  const [, port, , host] = cluster.split('|');
  return `${host}|${port}`;
}

function isNobody(cluster: string): boolean {
  return cluster === 'BlackHoleCluster';
}

/** Where nothing is wrong, exactly the rule takes it that has precedence, with all its backends. */
function different(outcomes: readonly Outcome[], verdict: Verdict): readonly string[] {
  const told = outcomes.map(show).join(', ');
  const [first] = verdict.kind === 'rules' || verdict.kind === 'connection' ? verdict.rules : [];
  switch (verdict.kind) {
    case 'misdirected':
      return told === 'answer 421' ? [] : [`should be answered with 421, not ${told}`];
    case 'closed':
      return told === 'closed' ? [] : [`should be closed, not ${told}`];
    case 'connection': {
      const wanted = first ? [...first.backends.forwards] : [];
      const sent = outcomes.flatMap((one) =>
        one.kind === 'tcp' && !isNobody(one.cluster) ? [placeOf(one.cluster)] : [],
      );
      return isSame(sent, wanted) ? [] : [`should be connected to ${wanted.join(', ') || 'nobody'}, not ${told}`];
    }
    case 'rules':
      if (!first) return told === 'answer 404' ? [] : [`should be answered with 404, not ${told}`];
      return differentFrom(first, outcomes, told);
  }
}

function differentFrom(rule: OracleRule, outcomes: readonly Outcome[], told: string): readonly string[] {
  const { route, name, backends } = rule;
  if (outcomes.some((one) => !('by' in one) || !isOf(one.by, rule)))
    return [`should be taken by ${route} ${name ?? ''}, not ${told}`];
  if (!backends.isPlain || backends.redirects) return [];
  const sent = outcomes.flatMap((one) => (one.kind === 'forward' ? [placeOf(one.cluster)] : []));
  const failed = outcomes.some(({ kind }) => kind === 'answer');
  if (!isSame(sent, [...backends.forwards]))
    return [`should be sent to ${[...backends.forwards].join(', ') || 'nobody'} by ${route}, not ${told}`];
  return failed === backends.hasBroken
    ? []
    : [`should ${backends.hasBroken ? 'sometimes' : 'never'} fail, not ${told}`];
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return new Set(one).symmetricDifference(new Set(other)).size === 0;
}

function show(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'forward':
    case 'mirror':
      return `${outcome.kind} ${outcome.cluster} by ${outcome.by.route} ${outcome.by.name ?? ''}`.trim();
    case 'tcp':
      return `tcp ${outcome.cluster}`;
    case 'answer':
      return `answer ${outcome.status}${outcome.by ? ` by ${outcome.by.route} ${outcome.by.name ?? ''}` : ''}`.trim();
    case 'redirect':
      return `redirect by ${outcome.by.route} ${outcome.by.name ?? ''}`.trim();
    case 'closed':
      return 'closed';
  }
}

export type { Oracle };
