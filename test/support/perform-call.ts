import { Agent, type IncomingMessage, request } from 'node:http';
import { request as requestSecurely, Agent as SecureAgent } from 'node:https';
import { text } from 'node:stream/consumers';
import type { ConnectionOptions } from 'node:tls';
import type { Call } from './calls.ts';
import type { Echoed } from './echo.ts';

/** Where a call enters: a listener of the proxy it is `from`. */
export interface Door {
  readonly address: string;
  readonly port: number;
  /** An `http_proxy` listener is asked with the whole URL, as HTTP clients ask proxies. */
  readonly kind?: 'listener' | 'http-proxy';
  /** Where calls come from, if not from wherever the kernel likes. */
  readonly localAddress?: string;
  /** Whom to believe where the URL begins with https, in PEM. */
  readonly ca?: string;
  /** All else that a TLS handshake may say. */
  readonly secure?: ConnectionOptions;
  /** Counters of that proxy by a regex; without it the cluster of a call stays unknown. */
  readonly stats?: (filter: string) => Promise<ReadonlyMap<string, number>>;
}

/** What is asked, of a call. */
export type Asked = Pick<Call, 'call' | 'headers' | 'body' | 'times'>;

export interface Answer {
  readonly status: number | 'closed';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body, if an echo wrote it. */
  readonly echoed: Echoed | undefined;
}

export interface CallResult {
  readonly answers: readonly Answer[];
  /** How many requests each cluster was sent, retries included; undefined if the door has no stats. */
  readonly clusters: ReadonlyMap<string, number> | undefined;
}

/** Makes a call as many times as it says, one after another over one connection. */
export async function performCall(call: Asked, door: Door): Promise<CallResult> {
  const before = await clusterCounts(door);
  const agent = new (isSecure(call) ? SecureAgent : Agent)({ keepAlive: true, maxSockets: 1 });
  const answers: Answer[] = [];
  for (let i = 0; i < call.times; i++) answers.push(await once(call, door, agent));
  agent.destroy();
  return { answers, clusters: increases(before, await clusterCounts(door)) };
}

function isSecure({ call }: Asked): boolean {
  return call.includes(' https://');
}

function once(call: Asked, door: Door, agent: Agent): Promise<Answer> {
  const [method, target = ''] = call.call.split(' ');
  const url = new URL(target);
  return new Promise((resolve, reject) => {
    const closed = () => resolve({ status: 'closed', headers: {}, body: '', echoed: undefined });
    const outgoing = (isSecure(call) ? requestSecurely : request)({
      agent,
      ...(door.ca !== undefined && { ca: door.ca, servername: url.hostname }),
      ...door.secure,
      method,
      host: door.address,
      port: door.port,
      ...(door.localAddress && { localAddress: door.localAddress }),
      path: door.kind === 'http-proxy' ? target : url.pathname + url.search,
      headers: { host: url.host, ...call.headers },
    });
    outgoing.once('error', closed);
    outgoing.setTimeout(PATIENCE_MS, () => {
      reject(new Error(`no answer to ${call.call} within ${PATIENCE_MS} ms`));
      outgoing.destroy();
    });
    outgoing.once('response', (response) => read(response).then(resolve, closed));
    outgoing.end(call.body);
  });
}

/** No call of a test takes as long as that on purpose. */
export const PATIENCE_MS = 20_000;

export async function read(response: IncomingMessage): Promise<Answer> {
  const body = await text(response);
  const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(headers), body, echoed: echoedIn(body) };
}

/** What an echo said; undefined: no echo did. */
export function echoedIn(body: string): Echoed | undefined {
  try {
    const value = JSON.parse(body);
    return typeof value?.service === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The semicolon ends a cluster's name in statistics, where dots would otherwise be ambiguous. */
const COUNTER = /^cluster\.(.+?);?\.upstream_rq_total$/;

async function clusterCounts(door: Door): Promise<ReadonlyMap<string, number> | undefined> {
  const stats = await door.stats?.('^cluster\\..*\\.upstream_rq_total$');
  if (!stats) return undefined;
  return new Map([...stats].map(([name, count]) => [COUNTER.exec(name)?.[1] ?? name, count]));
}

function increases(
  before: ReadonlyMap<string, number> | undefined,
  after: ReadonlyMap<string, number> | undefined,
): ReadonlyMap<string, number> | undefined {
  if (!before || !after) return undefined;
  const grown = [...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
  // The stream to pharos itself is no call.
  return new Map(grown.filter(([name, count]) => count > 0 && name !== 'xds-grpc'));
}
