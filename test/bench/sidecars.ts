/**
 * Simulated sidecars in a process of their own: each has a connection and a delta ADS stream, and asks as Envoy does. Told
 * what to do by lines of JSON on stdin, answers each by one on stdout. It stands in for hundreds of Envoys, whose own cost
 * would hide the server's; correctness is for the tests with real ones.
 */
import { createInterface } from 'node:readline';
import {
  decode,
  encodeDeltaDiscoveryRequest,
  type ReceivedResponse,
  typeUrlOf,
  type XdsType,
  xdsTypeOf,
} from '../../src/proto/index.ts';
import { type AdsStream, openStream } from './ads-stream.ts';

const TYPES: readonly XdsType[] = ['cds', 'eds', 'lds', 'rds', 'vhds'];

export type Command =
  | {
      readonly do: 'connect';
      readonly address: string;
      readonly count: number;
      readonly services: number;
      readonly namespaces: number;
    }
  /** From now on, count what arrives. */
  | { readonly do: 'mark' }
  /** Until every sidecar has received something since the mark. */
  | { readonly do: 'await' }
  /** Every stream is cut and opened again, saying what it has. */
  | { readonly do: 'reconnect' }
  | { readonly do: 'exit' };

export interface Answer {
  /** When the last sidecar was served; epoch ms. */
  readonly at: number;
  /** Of the sidecar that received most, since the mark. */
  readonly bytes: number;
  readonly resources: number;
  readonly types: readonly string[];
}

class Sidecar {
  readonly versions = new Map<XdsType, Versions>();
  readonly acked = new Set<XdsType>();
  bytes = 0;
  resources = 0;
  types = new Set<string>();
  readonly #id: string;
  readonly #app: string;
  readonly #address: string;
  readonly #progress: () => void;
  #stream: AdsStream | undefined;

  constructor(index: number, command: Extract<Command, { do: 'connect' }>, progress: () => void) {
    this.#app = `s${index % command.services}`;
    const namespace = `ns${(index % command.services) % command.namespaces}`;
    this.#id = `sidecar~10.200.${index >> 8}.${index & 255}~${this.#app}-${index}.${namespace}~${namespace}.svc.cluster.local`;
    this.#address = command.address;
    this.#progress = progress;
  }

  open(): void {
    this.acked.clear();
    this.#stream = openStream(this.#address, (response, bytes) => this.#receive(response, bytes));
    this.#subscribe('cds', [], true);
  }

  close(): void {
    this.#stream?.close();
  }

  mark(): void {
    this.bytes = 0;
    this.resources = 0;
    this.types = new Set();
  }

  #subscribe(type: XdsType, names: readonly string[], first = false): void {
    this.#send({
      ...(first && {
        node: { id: this.#id, cluster: this.#app, metadata: { LABELS: { app: this.#app } }, userAgentName: 'envoy' },
      }),
      typeUrl: typeUrlOf(type),
      resourceNamesSubscribe: names,
      initialResourceVersions: versionsIn(this.versions.get(type)),
    });
    // Envoy opens the next type when the one before is served; a reconnecting one has all open at once.
    const next = TYPES[TYPES.indexOf(type) + 1];
    if (this.versions.size > 0 && next && next !== type && this.versions.has(next))
      this.#subscribe(next, this.#namesOf(next));
  }

  #namesOf(type: XdsType): readonly string[] {
    return type === 'eds' || type === 'rds' ? Object.keys(versionsIn(this.versions.get(type))) : [];
  }

  #receive(response: ReceivedResponse, bytes: number): void {
    const type = xdsTypeOf(response.typeUrl)!;
    this.bytes += bytes;
    this.resources += response.resources.length + response.removed.length;
    this.types.add(type);
    this.#remember(type, response);
    this.#stream?.send(ackOf(response));
    this.#askNext(type, response);
    this.acked.add(type);
    this.#progress();
  }

  #remember(type: XdsType, response: ReceivedResponse): void {
    const known = this.versions.get(type) ?? [];
    this.versions.set(type, [...known, versionsOf(response)]);
  }

  #askNext(type: XdsType, response: ReceivedResponse): void {
    const isFirst = !this.acked.has(type);
    // A large mesh comes in several responses: each brings clusters whose endpoints are asked for.
    if (type === 'cds' && endpointNames(response).length > 0) this.#subscribe('eds', endpointNames(response));
    if (type === 'cds' && isFirst) this.#subscribe('lds', []);
    if (type === 'lds' && isFirst) {
      this.#subscribe('rds', routeNames(response));
      this.#subscribe('vhds', []);
    }
  }

  #send(request: Parameters<typeof encodeDeltaDiscoveryRequest>[0]): void {
    this.#stream?.send(encodeOnce(request));
  }
}

/** What a sidecar has, as what it was sent: one map for all that were sent the same. Undefined: gone. */
type Versions = readonly ReadonlyMap<string, string | undefined>[];

function versionsIn(versions: Versions = []): Record<string, string> {
  const all = new Map(versions.flatMap((some) => [...some]));
  return Object.fromEntries([...all].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const versionsByResponse = new WeakMap<ReceivedResponse, ReadonlyMap<string, string | undefined>>();
function versionsOf(response: ReceivedResponse): ReadonlyMap<string, string | undefined> {
  const { resources, removed } = response;
  const versions =
    versionsByResponse.get(response) ??
    new Map<string, string | undefined>([
      ...resources.map(({ name, version }) => [name, version] as const),
      ...removed.map((name) => [name, undefined] as const),
    ]);
  versionsByResponse.set(response, versions);
  return versions;
}

const ackByResponse = new WeakMap<ReceivedResponse, Uint8Array>();
function ackOf(response: ReceivedResponse): Uint8Array {
  const { typeUrl, nonce } = response;
  const known = ackByResponse.get(response) ?? encodeDeltaDiscoveryRequest({ typeUrl, responseNonce: nonce });
  ackByResponse.set(response, known);
  return known;
}

/** Sidecars that ask for the same thousands of names send the same bytes. */
const bytesByNames = new WeakMap<readonly string[], Buffer>();
function encodeOnce(request: Parameters<typeof encodeDeltaDiscoveryRequest>[0]): Buffer {
  const { node, resourceNamesSubscribe: names = [], initialResourceVersions: versions = {} } = request;
  const isShared = !node && names.length > 100 && Object.keys(versions).length === 0;
  const known = isShared ? bytesByNames.get(names) : undefined;
  if (known) return known;
  const bytes = Buffer.from(encodeDeltaDiscoveryRequest(request));
  if (isShared) bytesByNames.set(names, bytes);
  return bytes;
}

const endpointsByResponse = new WeakMap<ReceivedResponse, readonly string[]>();
function endpointNames(response: ReceivedResponse): readonly string[] {
  const known = endpointsByResponse.get(response);
  if (known) return known;
  const names = response.resources.map(({ name }) => name).filter((name) => name.startsWith('outbound|'));
  endpointsByResponse.set(response, names);
  return names;
}

const routesByResponse = new WeakMap<ReceivedResponse, readonly string[]>();
function routeNames(response: ReceivedResponse): readonly string[] {
  const known =
    routesByResponse.get(response) ??
    response.resources.flatMap(({ typeUrl, bytes }) => routeNamesIn(JSON.stringify(decode(typeUrl, bytes))));
  const names = [...new Set(known)].sort();
  routesByResponse.set(response, names);
  return names;
}

function routeNamesIn(listener: string): string[] {
  return [...listener.matchAll(/"routeConfigName":"([^"]+)"/g)].map((match) => match[1]!);
}

let sidecars: readonly Sidecar[] = [];
let waiting: (() => boolean) | undefined;
const now = (): number => performance.timeOrigin + performance.now();

function answer(): void {
  const most = (of: (sidecar: Sidecar) => number): number =>
    sidecars.reduce((max, sidecar) => Math.max(max, of(sidecar)), 0);
  const types = [...new Set(sidecars.flatMap((sidecar) => [...sidecar.types]))];
  const said: Answer = {
    at: now(),
    bytes: most(({ bytes }) => bytes),
    resources: most(({ resources }) => resources),
    types,
  };
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

function until(done: () => boolean): void {
  waiting = done;
  progress();
}

function progress(): void {
  if (!waiting?.()) return;
  waiting = undefined;
  answer();
}

function allHaveAll(): boolean {
  return sidecars.every(({ acked }) => TYPES.every((type) => acked.has(type)));
}

function obey(command: Command): void {
  switch (command.do) {
    case 'connect':
      sidecars = Array.from({ length: command.count }, (_, i) => new Sidecar(i, command, progress));
      for (const sidecar of sidecars) sidecar.open();
      return until(allHaveAll);
    case 'mark':
      for (const sidecar of sidecars) sidecar.mark();
      return answer();
    case 'await':
      return until(() => sidecars.every(({ types }) => types.size > 0));
    case 'reconnect':
      for (const sidecar of sidecars) {
        sidecar.close();
        sidecar.mark();
        sidecar.open();
      }
      return answer();
    case 'exit':
      process.exit(0);
  }
}

createInterface({ input: process.stdin }).on('line', (line) => obey(JSON.parse(line) as Command));
process.once('SIGTERM', () => process.exit(0));
