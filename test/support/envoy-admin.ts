import { until } from './until.ts';

/** What a test may ask of an Envoy: https://www.envoyproxy.io/docs/envoy/latest/operations/admin */
export interface EnvoyAdmin {
  /** `127.0.0.1:41234` */
  readonly adminAddress: string;
  /** GET of a path, as text. Throws unless it answers 200. */
  readonly admin: (path: string) => Promise<string>;
  /** Until it has all its configuration and serves. */
  readonly ready: () => Promise<void>;
  /** Until listeners of these names accept connections; where each listens. */
  readonly listenersReady: (...names: readonly string[]) => Promise<ReadonlyMap<string, ListenAddress>>;
  /** The `configs` of /config_dump, endpoints included. */
  readonly configDump: () => Promise<readonly ConfigDumpPart[]>;
  /** Counters and gauges whose name contains `filter`, a regex; those that were never touched are not there. */
  readonly stats: (filter?: string) => Promise<ReadonlyMap<string, number>>;
  /** Until a counter or gauge has at least this value. */
  readonly statReaches: (name: string, atLeast: number) => Promise<number>;
}

export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

/** One part of a config dump, in snake_case as Envoy writes it: `@type` says which. */
export type ConfigDumpPart = Readonly<Record<string, unknown>> & { readonly '@type': string };

export function envoyAdmin(adminAddress: string): EnvoyAdmin {
  const admin = async (path: string) => {
    const response = await fetch(`http://${adminAddress}${path}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`Envoy's admin answered ${response.status} to ${path}: ${text}`);
    return text;
  };
  const stats = async (filter = '') => parseStats(await admin(`/stats?usedonly&filter=${encodeURIComponent(filter)}`));
  return {
    adminAddress,
    admin,
    stats,
    ready: async () => void (await until('Envoy is ready', async () => (await admin('/ready')).startsWith('LIVE'))),
    listenersReady: (...names) => until(`listeners ${names.join(', ')}`, () => activeListeners(admin, names)),
    configDump: async () => JSON.parse(await admin('/config_dump?include_eds')).configs,
    statReaches: (name, atLeast) => until(`${name} ≥ ${atLeast}`, async () => enough(await stats(), name, atLeast)),
  };
}

interface ListenersAnswer {
  readonly listener_statuses?: readonly {
    readonly name: string;
    readonly local_address: { readonly socket_address: { readonly address: string; readonly port_value: number } };
  }[];
}

async function activeListeners(
  admin: (path: string) => Promise<string>,
  names: readonly string[],
): Promise<ReadonlyMap<string, ListenAddress> | undefined> {
  const { listener_statuses = [] }: ListenersAnswer = JSON.parse(await admin('/listeners?format=json'));
  const found = new Map(
    listener_statuses
      .filter(({ local_address }) => local_address.socket_address)
      .map(({ name, local_address: { socket_address } }) => [
        name,
        { address: socket_address.address, port: socket_address.port_value },
      ]),
  );
  return names.every((name) => found.has(name)) ? found : undefined;
}

/** `cluster.xds-grpc.upstream_cx_total: 3`; histograms have no single number and are left out. */
function parseStats(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').map((line) => /^(.*): (-?\d+)$/.exec(line));
  return new Map(lines.flatMap((match) => (match ? [[match[1]!, Number(match[2])]] : [])));
}

function enough(stats: ReadonlyMap<string, number>, name: string, atLeast: number): number | undefined {
  const value = stats.get(name) ?? 0;
  return value >= atLeast ? value : undefined;
}
