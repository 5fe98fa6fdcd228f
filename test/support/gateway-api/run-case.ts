import type { Node } from '../../../src/view/index.ts';
import type { RunningEnvoy } from '../envoy.ts';
import { type ServedCase, serveCase } from '../envoy-case.ts';
import { intercept } from '../intercept.ts';
import { until } from '../until.ts';
import { type Backends, createBackends } from './backends.ts';
import { type Call, targetOf, titleOf } from './call.ts';
import type { GatewayCase, Step } from './case.ts';
import { gatewayAddress, type LoadedCase, loadCase } from './control-plane.ts';
import { addressOf } from './endpoints.ts';
import { copiesIn, isByChance, judge, type Outcome } from './judge.ts';
import { makeCall } from './make-call.ts';
import { interceptorsOf, type Protocol, routersOf, sidecarsOf } from './proxies.ts';

export interface RunOptions {
  /** The Envoys of Gateways, where the objects do not say it. */
  readonly routers?: readonly Node[];
  /** Where every Gateway listens, if no status tells. */
  readonly address?: string;
}

/** Loads a case into real Envoys, and makes its calls. What is not as expected, each with its step; empty if all is well. */
export async function runCase(
  gatewayCase: GatewayCase,
  protocol: Protocol,
  options: RunOptions = {},
): Promise<readonly string[]> {
  const loaded = await loadCase(gatewayCase);
  const { expected } = gatewayCase;
  await using opened = new AsyncDisposableStack();
  const backends = opened.use(createBackends(expected.backends, loaded.certificates));
  await backends.become(loaded.objects());
  const everyObject = [...loaded.objects(), ...expected.steps.flatMap(({ change }) => change?.apply ?? [])];
  const routers = options.routers ?? routersOf(everyObject, protocol);
  const interceptors = interceptorsOf(gatewayCase, loaded.objects(), protocol);
  const sidecars = sidecarsOf(gatewayCase, loaded.objects(), protocol);
  const nodes = [...routers, ...interceptors.map(({ node }) => node)];
  const served = opened.use(await serveCase(loaded.controlPlane, [...nodes, ...sidecars.values()]));
  for (const node of nodes) opened.use(await served.start(node));
  for (const { address } of interceptors) intercept(address);
  const beside = opened.use(createSidecar(served, sidecars));
  const scene = { loaded, backends, beside, address: options.address };
  const wrong: string[] = [];
  for (const [i, step] of expected.steps.entries()) {
    if (step.change) {
      loaded.apply(step.change);
      await backends.become(loaded.objects());
      await served.settled();
      // Envoy goes on with the connections that it has by the rules that they came under.
      if (interceptors.length > 0) await beside.leave();
      // What comes over connections that were open is still let in as it was, until the proxy that is called has drained.
      if (interceptors.length > 0) await beside[Symbol.asyncDispose]();
    }
    wrong.push(
      ...(await runStep(step, scene)).map((text) => `step ${i + 1}${step.says ? ` (${step.says})` : ''}: ${text}`),
    );
  }
  return wrong;
}

interface Scene {
  readonly loaded: LoadedCase;
  readonly backends: Backends;
  readonly beside: Beside;
  readonly address: string | undefined;
}

async function runStep({ calls }: Step, scene: Scene): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const call of calls) {
    const sentences = await attempt(call, scene);
    wrong.push(...sentences.map((sentence) => `${titleOf(call)}: ${sentence}`));
  }
  return wrong;
}

/** As often as the conformance tests would: half as often, at most. */
const TRIES = 5;

/** A mistake of ours, or of who wrote the case, is told of its call, too. */
async function attempt(call: Call, scene: Scene): Promise<readonly string[]> {
  const { certificates } = scene.loaded;
  try {
    let wrong: readonly string[] = [];
    for (let i = 0; i < (isByChance(call) ? TRIES : 1); i++) {
      wrong = judge(call, await perform(call, scene), certificates);
      if (wrong.length === 0) return [];
    }
    return wrong;
  } catch (error) {
    return [error instanceof Error ? error.message : `${error}`];
  }
}

async function perform(call: Call, scene: Scene): Promise<Outcome> {
  const { loaded, backends, beside } = scene;
  if (call.from !== undefined) await beside.be(call.from);
  const address = entranceOf(call, scene);
  const before = backends.seen.length;
  const answers = await makeCall(call, address, loaded.certificates);
  const outcome = (): Outcome => ({ answers, arrived: backends.seen.slice(before) });
  await copiesArrive(call, () => copiesIn(outcome()));
  return outcome();
}

/** Nobody waits for an answer to a copy, so it may arrive after the call. */
async function copiesArrive(
  { expect: { mirrors = {} }, times }: Call,
  copies: () => ReadonlyMap<string, number>,
): Promise<void> {
  const least = Object.entries(mirrors).map(([service, copied]) => {
    const count = typeof copied === 'number' ? copied : (times * Number.parseFloat(copied)) / 100;
    return { service, count };
  });
  const haveArrived = (): boolean => least.every(({ service, count }) => (copies().get(service) ?? 0) >= count);
  // Those that are missing then are judged.
  await until('all copies arrive', haveArrived, COPIES_MS).catch(() => {});
}

const COPIES_MS = 300;

function entranceOf(call: Call, { loaded, address: fixed }: Scene): string {
  if (call.at !== undefined) return fixed ?? gatewayAddress(loaded, call.at);
  const { host } = targetOf(call);
  const address = addressOf(host, call.from!.split('/')[0]!, loaded.objects());
  if (address === undefined) throw new Error(`no Service has the name ${host}`);
  return address;
}

/** The sidecar of who calls. Sidecars open the same addresses, so there is one at a time. */
interface Beside extends AsyncDisposable {
  readonly be: (pod: string) => Promise<void>;
  readonly leave: () => Promise<void>;
}

function createSidecar(served: ServedCase, nodes: ReadonlyMap<string, Node>): Beside {
  let pod: string | undefined;
  let envoy: RunningEnvoy | undefined;
  const leave = async (): Promise<void> => {
    await envoy?.stop();
    envoy = undefined;
    pod = undefined;
  };
  const be = async (next: string): Promise<void> => {
    if (next === pod) return;
    await leave();
    envoy = await served.start(nodes.get(next)!);
    pod = next;
  };
  return { be, leave, [Symbol.asyncDispose]: leave };
}
