import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lookup, sharesOf } from '../../src/lib/shares.ts';
import {
  decodeDeltaDiscoveryResponse,
  decodeDiscoveryResponse,
  type Entry,
  type ReceivedResponse,
  type XdsType,
} from '../../src/proto/index.ts';
import { createBudget, type Protocol, Stream, type StreamEvent } from '../../src/xds/index.ts';
import { held, resource } from '../support/resources.ts';

const NAMES = ['alpha-1', 'beta-2', 'gamma-3', 'delta-4', 'epsilon-5', 'zeta-6'];
const itself = (name: string): string => name;

/** A proxy in 20 lines: applies what it is sent, and rejects whole responses that hold something it does not like. */
class Client {
  readonly has = new Map<string, string>();
  readonly names = new Set<string>();
  /** How often it asked for a name without having been sent it. */
  readonly asked = new Map<string, number>();
  readonly inbox: ReceivedResponse[] = [];
  readonly sentTwice: string[] = [];

  /** The error, or undefined: taken. What it has already it does not reject. */
  apply(
    response: ReceivedResponse,
    dislikes: ReadonlySet<string>,
    says: 'name' | 'nothing',
    whole: boolean,
  ): string | undefined {
    const all = response.resources.map(({ name, bytes }) => [name, bytesOf({ bytes })] as const);
    const news = all.filter(([name, version]) => this.has.get(name) !== version);
    const bad = news.find(([, version]) => dislikes.has(version));
    if (bad) return says === 'name' ? `Error adding/updating: ${bad[0]}: no` : 'no';
    const old = all.filter((one) => !news.includes(one) && !this.asked.get(one[0]));
    if (!whole) this.sentTwice.push(...old.map(([name]) => name));
    if (whole) this.has.clear();
    for (const [name, version] of all) {
      this.has.set(name, version);
      this.asked.set(name, Math.max(0, (this.asked.get(name) ?? 0) - 1));
    }
    for (const name of response.removed) this.has.delete(name);
    return undefined;
  }

  ask(name: string): void {
    this.asked.set(name, (this.asked.get(name) ?? 0) + 1);
  }
}

type Step =
  | { readonly do: 'change'; readonly name: number; readonly to: 'gone' | 'held' | number }
  | { readonly do: 'subscribe' | 'unsubscribe'; readonly name: number }
  | { readonly do: 'read' }
  | { readonly do: 'dislike'; readonly name: number; readonly revision: number; readonly says: 'name' | 'nothing' }
  | { readonly do: 'reconnect' };

const name = fc.nat(NAMES.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('change' as const),
    name,
    to: fc.oneof(fc.constant('gone' as const), fc.constant('held' as const), fc.nat(1), fc.nat(1)),
  }),
  fc.record({ do: fc.constantFrom('subscribe' as const, 'unsubscribe' as const), name }),
  fc.record({ do: fc.constant('read' as const) }),
  fc.record({
    do: fc.constant('dislike' as const),
    name,
    revision: fc.nat(1),
    says: fc.constantFrom('name' as const, 'nothing' as const),
  }),
  fc.record({ do: fc.constant('reconnect' as const) }),
);

for (const protocol of ['sotw', 'delta'] as const) {
  for (const type of ['cds', 'rds'] as const) {
    test(`a ${protocol} proxy ends with what it subscribed to of ${type}, and is sent nothing twice`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => play(protocol, type, steps)),
        { numRuns: 1000 },
      );
    });
  }
}

function play(protocol: Protocol, type: XdsType, steps: readonly Step[]): void {
  const world = new Map<string, Entry>();
  const dislikes = new Set<string>();
  const rejected = new Map<string, string>();
  const wildcard = type === 'cds';
  const whole = protocol === 'sotw' && type === 'cds';
  let says: 'name' | 'nothing' = 'name';
  let client = new Client();
  let version = '';
  let nonce = '';
  let layers = [sharesOf<Entry>([], itself)];
  let stream = open();

  for (const one of steps) take(one);
  while (client.inbox.length > 0) read();
  check();

  function take(one: Step): void {
    switch (one.do) {
      case 'change':
        return change(NAMES[one.name]!, one.to);
      case 'subscribe':
      case 'unsubscribe':
        return subscribe(NAMES[one.name]!, one.do);
      case 'read':
        return read();
      case 'dislike':
        says = one.says;
        dislikes.add(bytesOf(resource(type, NAMES[one.name]!, one.revision)));
        return;
      case 'reconnect':
        return reconnect();
    }
  }

  function open(): Stream {
    const own = client;
    const opened: Stream = new Stream({
      protocol,
      wire: {
        send(bytes, written) {
          own.inbox.push(protocol === 'delta' ? decodeDeltaDiscoveryResponse(bytes) : decodeDiscoveryResponse(bytes));
          written();
        },
      },
      sets: { read: () => layers },
      budget: createBudget({ limitBytes: 1e6, clock: () => 0 }),
      turns: { add: (job) => job(), waiting: 0 },
      clock: () => 0,
      onEvent: hear,
      resendEndpointsOfChangedClusters: false,
    });
    request(opened, { first: true });
    return opened;
  }

  function hear(event: StreamEvent): void {
    if (event.kind === 'rejected') for (const { name, version } of event.rejections) rejected.set(name!, version!);
    if (event.kind === 'cleared') rejected.delete(event.name);
  }

  function request(
    to: Stream,
    {
      first = false,
      subscribe = [] as string[],
      unsubscribe = [] as string[],
      answers = '',
      error = undefined as string | undefined,
    },
  ): void {
    const names = [...client.names];
    if (protocol === 'sotw')
      return to.onSotw({ type, names: wildcard ? [] : names, version, nonce: first ? '' : nonce, error });
    const initialVersions = new Map(
      first ? [...client.has].map(([name]) => [name, versions.get(client.has.get(name)!)!]) : [],
    );
    const first_ = wildcard ? [] : names;
    to.onDelta({ type, subscribe: first ? first_ : subscribe, unsubscribe, initialVersions, nonce: answers, error });
  }

  function change(name: string, to: 'gone' | 'held' | number): void {
    if (to === 'gone') world.delete(name);
    else world.set(name, to === 'held' ? held(type, name) : remember(resource(type, name, to)));
    layers = [sharesOf(world, itself)];
    stream.wake(0);
  }

  function subscribe(name: string, what: 'subscribe' | 'unsubscribe'): void {
    if (wildcard || client.names.has(name) === (what === 'subscribe')) return;
    if (what === 'subscribe') client.names.add(name);
    else client.names.delete(name);
    if (what === 'subscribe') client.ask(name);
    if (what === 'unsubscribe') client.has.delete(name);
    request(stream, { [what]: [name] });
  }

  function read(): void {
    const response = client.inbox.shift();
    if (!response) return;
    nonce = response.nonce;
    const relevant = {
      ...response,
      resources: response.resources.filter(({ name }) => wildcard || client.names.has(name)),
    };
    const error = client.apply(relevant, dislikes, says, whole);
    if (error === undefined) version = response.versionInfo;
    request(stream, { answers: response.nonce, error });
  }

  function reconnect(): void {
    stream.close();
    client.inbox.length = 0;
    rejected.clear();
    nonce = '';
    // What was on the way is lost.
    const before = client;
    client = new Client();
    for (const [name, held] of before.has) client.has.set(name, held);
    for (const name of before.names) client.names.add(name);
    for (const name of protocol === 'sotw' ? before.names : [...before.names].filter((one) => !before.has.has(one)))
      client.ask(name);
    stream = open();
  }

  function check(): void {
    expect(client.sentTwice).toEqual([]);
    for (const name of NAMES) {
      const entry = lookup(layers[0]!, name);
      const has = client.has.get(name);
      if (!wildcard && !client.names.has(name)) expect(has).toBeUndefined();
      else if (!entry) {
        // SotW cannot say that a route is gone; it is dropped with the listener that asked for it.
        if (protocol === 'delta' || whole) expect(has).toBeUndefined();
      } else if (entry.version !== undefined && !dislikes.has(bytesOf(entry))) expect(has).toBe(bytesOf(entry));
      else if (entry.version !== undefined && has !== bytesOf(entry)) expect(rejected.get(name)).toBe(entry.version);
    }
  }
}

const versions = new Map<string, string>();

function remember<One extends { readonly bytes: Uint8Array; readonly version: string }>(one: One): One {
  versions.set(bytesOf(one), one.version);
  return one;
}

function bytesOf(one: { readonly bytes: Uint8Array }): string {
  return Buffer.from(one.bytes).toString('base64');
}
