import type { Layers } from '../lib/layers.ts';
import type { Entry, Resource, XdsType } from '../proto/index.ts';
import type { Budget } from './budget.ts';
import { honourClaim } from './claim.ts';
import { type DeltaRequest, onDeltaRequest, type Received } from './delta.ts';
import type { NameSet } from './names.ts';
import { type ResourceSet, resourceSet } from './resource-set.ts';
import { encodeResponse } from './response.ts';
import { namesIn } from './resubscribe.ts';
import { LAST_PHASE, PHASES } from './round.ts';
import { onSotwRequest, type SotwRequest, stateOf, versionOf } from './sotw.ts';
import type { StreamEvent, TypeStatus } from './stream-event.ts';
import { again, nextPush, type Protocol, type Push, retarget, type Subscription } from './subscription.ts';
import type { Turns } from './turns.ts';
import { noVirtualHostsOf, virtualHostsOf } from './virtual-hosts.ts';

/** The way to one proxy. `written` is called when the bytes have left; never, if the connection breaks before. */
export interface Wire {
  send(bytes: Buffer, written: () => void): void;
}

/** Where the resources of one proxy come from. All reads between two changes must fit together. */
export interface Sets {
  read(type: XdsType): Layers<Entry>;
}

export interface StreamOptions {
  readonly protocol: Protocol;
  readonly wire: Wire;
  readonly sets: Sets;
  readonly budget: Budget;
  readonly turns: Turns;
  /** In ms. */
  readonly clock: () => number;
  readonly onEvent: (event: StreamEvent) => void;
  /** A changed cluster warms anew, and Envoy does not ask for its endpoints again so that one could tell (docs/decisions/0004). */
  readonly resendEndpointsOfChangedClusters: boolean;
}

interface Round {
  phase: number;
  /** One consistent picture of all types. A type that was subscribed to after a later change waits for the next round. */
  readonly sets: Map<XdsType, ResourceSet>;
  /** When the first change that this round brings happened; undefined: none did. */
  readonly since: number | undefined;
  sentAnything: boolean;
  /** The proxy did not take some of it. */
  rejected: boolean;
}

/** The protocol of one stream, as it happens: requests and changes come in, responses go out. */
export class Stream {
  readonly #options: StreamOptions;
  readonly #subscriptions = new Map<XdsType, Subscription>();
  readonly #bytes = new Map<XdsType, number>();
  readonly #sentAt = new Map<XdsType, number>();
  /** Types of which a response waits for its share of the budget. */
  readonly #queued = new Set<XdsType>();
  readonly #releases = new Set<() => void>();
  readonly #begin = (): void => this.#beginRound();
  #round: Round = { phase: LAST_PHASE, sets: new Map(), since: undefined, sentAnything: false, rejected: false };
  /** When the first change that no round has taken up yet happened. */
  #changedAt: number | undefined;
  #closed = false;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  onDelta(request: DeltaRequest): void {
    this.#received(request, onDeltaRequest(this.#subscriptions.get(request.type), request));
  }

  onSotw(request: SotwRequest): void {
    this.#received(request, onSotwRequest(this.#subscriptions.get(request.type), request));
  }

  /** Perhaps something changed, at this time. Reads nothing now: in its turn. */
  wake(at: number = this.#options.clock()): void {
    this.#changedAt ??= at;
    if (this.#isIdle()) this.#options.turns.add(this.#begin);
  }

  close(): void {
    this.#closed = true;
    for (const release of this.#releases) release();
  }

  /** How many names it subscribes to, over all types. */
  get names(): number {
    return [...this.#subscriptions.values()].reduce((total, one) => total + namesIn(one), 0);
  }

  /** What the proxy has accepted; not what only it knows, from before it came here. */
  resources(type: XdsType): readonly Resource[] {
    const subscription = this.#subscriptions.get(type);
    return subscription ? stateOf(subscription.has) : [];
  }

  status(): readonly TypeStatus[] {
    return [...this.#subscriptions.values()].map(({ type, scope, has, sent, acked, error, rejected }) => ({
      type,
      wildcard: scope.wildcard,
      names: scope.names.names.size,
      sentNonce: `${sent || ''}`,
      ackedNonce: `${acked || ''}`,
      // A hash over all names: made only for who reads it.
      get version() {
        return versionOf(has);
      },
      error,
      rejected: [...rejected.keys()],
      bytes: this.#bytes.get(type) ?? 0,
    }));
  }

  #received(
    request: { readonly type: XdsType; readonly nonce: string; readonly error: string | undefined },
    received: Received,
  ): void {
    const { type, nonce } = request;
    const isFirst = !this.#subscriptions.has(type);
    this.#subscriptions.set(type, received.subscription);
    const ms = this.#options.clock() - (this.#sentAt.get(type) ?? 0);
    if (received.verdict === 'accepted') this.#options.onEvent({ kind: 'accepted', type, nonce, ms });
    if (received.verdict === 'rejected') {
      // A response that is tried again in parts may still be taken, all of it.
      if (received.rejections.length > 0) this.#round.rejected = true;
      this.#options.onEvent({
        kind: 'rejected',
        type,
        nonce,
        error: request.error ?? '',
        rejections: received.rejections,
      });
    }
    if (isFirst) {
      this.#join(type);
      if (type === 'eds') this.#warmClusters(received.subscription);
      if (type === 'vhds') this.#warmRoutes(received.subscription);
    }
    this.#advance();
  }

  /** A new type takes part in the running round if nothing has changed since that began, or it would not fit. */
  #join(type: XdsType): void {
    if (this.#changedAt === undefined) {
      if (this.#isIdle() && this.#round.sets.size === 0) this.#round.phase = 0;
      const sets = this.#read([type]);
      if (sets) this.#round.sets.set(type, sets.get(type)!);
    } else if (this.#isIdle()) {
      this.#takeSnapshot();
    }
  }

  /**
   * Envoy asks for clusters first, unless one of them is warming: it was cut off before that cluster's endpoints came, and
   * waits for them for ever, although it says that it has them (docs/decisions/0004).
   */
  #warmClusters(subscription: Subscription): void {
    if (this.#subscriptions.has('cds')) return;
    this.#subscriptions.set('eds', { ...again(subscription, subscription.scope.names), claim: undefined });
  }

  /** A proxy opens this type with its first route configurations. One that comes back with virtual hosts is warm. */
  #warmRoutes({ owed }: Subscription): void {
    const routes = this.#subscriptions.get('rds')?.scope.names;
    const set = this.#round.sets.get('vhds');
    if (owed && routes && set) this.#again('vhds', noVirtualHostsOf(set, routes));
  }

  #beginRound(): void {
    if (this.#closed || this.#changedAt === undefined || !this.#isIdle()) return;
    this.#takeSnapshot();
    this.#advance();
  }

  #takeSnapshot(): void {
    const since = this.#changedAt;
    this.#changedAt = undefined;
    const sets = this.#read([...this.#subscriptions.keys()]);
    if (!sets) return;
    for (const [type, set] of sets) {
      const { subscription, cleared } = retarget(this.#subscriptions.get(type)!, set);
      this.#subscriptions.set(type, subscription);
      for (const name of cleared) this.#options.onEvent({ kind: 'cleared', type, name });
    }
    this.#round = { phase: 0, sets, since, sentAnything: false, rejected: false };
  }

  /** All or nothing: half of a change could take away what the other half still refers to. */
  #read(types: readonly XdsType[]): Map<XdsType, ResourceSet> | undefined {
    const sets = new Map<XdsType, ResourceSet>();
    for (const type of types) {
      try {
        sets.set(type, resourceSet(this.#options.sets.read(type)));
      } catch (error) {
        this.#options.onEvent({ kind: 'failed', type, error });
        return undefined;
      }
    }
    return sets;
  }

  /** Sends what may be sent; goes on to the next phase, and to the next round, as long as nothing is on its way. */
  #advance(): void {
    while (!this.#closed) {
      for (const type of PHASES[this.#round.phase]!.types) this.#push(type);
      if (this.#isWaiting()) return;
      if (this.#round.phase < LAST_PHASE) this.#round.phase++;
      else return this.#endRound();
    }
  }

  #endRound(): void {
    const { since, sentAnything, rejected } = this.#round;
    if (since !== undefined && sentAnything && !rejected) {
      this.#options.onEvent({ kind: 'converged', since, ms: this.#options.clock() - since });
    }
    this.#round = { ...this.#round, since: undefined, sentAnything: false, rejected: false };
    if (this.#changedAt !== undefined) this.#options.turns.add(this.#begin);
  }

  #push(type: XdsType): void {
    const push = this.#next(type);
    if (!push) return;
    this.#queued.add(type);
    this.#options.budget.admit(push.plan.size, (release) => {
      this.#queued.delete(type);
      // What is right may have become something else while it waited.
      const now = this.#closed ? undefined : this.#next(type);
      if (now) this.#send(now, release);
      else release();
      if (!now) this.#advance();
    });
  }

  #next(type: XdsType): Push | undefined {
    const subscription = this.#subscriptions.get(type);
    const set = this.#round.sets.get(type);
    const stage = PHASES[this.#round.phase]!.stages[type];
    if (!subscription || !set || stage === 'wait' || this.#queued.has(type)) return undefined;
    const next = nextPush(honourClaim(subscription, set), set, stage);
    if (next.plan) return next;
    this.#subscriptions.set(type, next.subscription);
    return undefined;
  }

  #send(push: Push, release: () => void): void {
    const { type } = push.subscription;
    const bytes = encodeResponse(push);
    this.#subscriptions.set(type, push.subscription);
    this.#follow(push);
    this.#round.sentAnything = true;
    this.#sentAt.set(type, this.#options.clock());
    this.#bytes.set(type, (this.#bytes.get(type) ?? 0) + bytes.length);
    const done = (): void => {
      this.#releases.delete(done);
      release();
    };
    this.#releases.add(done);
    this.#options.wire.send(bytes, done);
    const { resources, removed } = push.plan;
    this.#options.onEvent({
      kind: 'sent',
      type,
      nonce: push.nonce,
      resources: resources.length,
      removed: removed.length,
      bytes: bytes.length,
    });
  }

  /** What must be sent again after this response, though it did not change. */
  #follow({ subscription, plan }: Push): void {
    if (subscription.type === 'cds' && this.#options.resendEndpointsOfChangedClusters) this.#again('eds', plan.awaits);
    // Envoy drops virtual hosts of a route configuration that it does not have yet, and does not ask for them later.
    if (subscription.type === 'rds' && plan.introduced.names.size > 0) {
      const set = this.#round.sets.get('vhds');
      if (set) this.#again('vhds', virtualHostsOf(set, plan.introduced), { owed: true });
    }
  }

  #again(type: XdsType, names: NameSet, { owed = false } = {}): void {
    const subscription = this.#subscriptions.get(type);
    if (!subscription) return;
    const next = again(subscription, names);
    this.#subscriptions.set(type, owed ? { ...next, owed } : next);
  }

  #isIdle(): boolean {
    return this.#round.phase === LAST_PHASE && !this.#isWaiting();
  }

  #isWaiting(): boolean {
    return this.#queued.size > 0 || [...this.#subscriptions.values()].some(({ flight }) => flight !== undefined);
  }
}
