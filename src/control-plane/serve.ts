import type { Logger } from 'pino';
import { createAdmin } from '../admin/index.ts';
import type { GatewayOptions } from '../route/index.ts';
import {
  type Address,
  createServer,
  type ProxyStatus,
  type ServerEvent,
  type WorkloadCertificates,
  type XdsServer,
} from '../server/index.ts';
import { createGraphSource } from '../server/views.ts';
import { watchDirectory } from '../source/index.ts';
import type { LocatedProblem } from '../store/index.ts';
import { fetchKeySets } from './fetch-key-sets.ts';
import { type Identities, type IdentityOptions, openIdentities } from './identities.ts';
import { type ControlPlane, createControlPlane } from './index.ts';
import { createProblemLog, logEvents } from './log.ts';
import { watchProblems } from './watch-problems.ts';

export interface ServeOptions {
  readonly directory: string;
  readonly xds: Address;
  readonly admin: Address;
  /** Look every so many milliseconds instead of being told by the kernel. */
  readonly poll?: number | undefined;
  /** How long nothing more must happen before a change is taken in. Milliseconds. */
  readonly debounceMs?: number | undefined;
  readonly version: string;
  readonly log: Logger;
  readonly onEvent?: (event: ServerEvent) => void;
  /** Told some time after a change, and only if the list is another one. */
  readonly onProblems?: (problems: readonly LocatedProblem[]) => void;
  readonly onProgress?: (read: number, total: number) => void;
  /** How Gateway API is taken part in. */
  readonly gateways?: Partial<GatewayOptions> | undefined;
  /** Certificates, tokens and the secure port. Left out: a mesh without identities. */
  readonly identities?: IdentityOptions | undefined;
}

export interface Serving {
  readonly controlPlane: ControlPlane;
  readonly xds: Address;
  /** Where proxies prove who they are, and what they prove it with; undefined: nowhere. */
  readonly secure: (Pick<Identities, 'authority' | 'tokens'> & { readonly address: Address }) | undefined;
  readonly admin: Address;
  /** All connected proxies, in the order in which they came. */
  readonly proxies: () => readonly ProxyStatus[];
  /** Streams are ended spread over this time, so that proxies do not all come back at once. */
  readonly stop: (options?: { readonly overMs?: number }) => Promise<void>;
}

/**
 * Serves a directory to Envoys, until told to stop. Listens for proxies only when the directory has been read, so that
 * none is ever told that the mesh is empty. Throws an Error that says why, if it cannot listen.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { directory, log, poll, debounceMs, onProgress } = options;
  const controlPlane = createControlPlane({
    gateways: options.gateways,
    trustDomain: options.identities?.trustDomain,
    now: Date.now,
  });
  const logProblems = createProblemLog(log);
  let identities: Identities | undefined;
  const onEvent = eventsTo(options, controlPlane, (event) => admin.take(event));
  const server = createXds(options, controlPlane, onEvent, (identity) => identities!.certificates.hold(identity));
  let notReady: string | undefined = 'the configuration is still being read';
  const admin = createAdmin({
    controlPlane,
    version: options.version,
    server,
    notReady: () => notReady,
    authority: () => identities?.authority.describe(),
  });
  await using opened = new AsyncDisposableStack();

  const adminAddress = await admin.listen(options.admin);
  opened.defer(() => admin.close());
  const watching = watchProblems(controlPlane, (problems) => {
    logProblems(problems);
    options.onProblems?.(problems);
  });
  opened.defer(watching.stop);
  const source = watchDirectory(directory, { poll, debounceMs, progress: onProgress }, (changes) => {
    controlPlane.store.apply(changes);
    watching.changed();
  });
  opened.defer(() => source.close());
  await source.ready;
  opened.defer(fetchKeySets(controlPlane));
  if (options.identities) {
    identities = await openIdentities(options.identities, controlPlane, { log, onEvent });
    opened.defer(identities.close);
  }
  // Last, so that both ports are free again if one of them cannot be had.
  opened.defer(() => server.stop());
  const xdsAddress = await server.listen();
  const secure = identities && { ...identities, address: await server.listenSecure(identities.secure) };
  notReady = undefined;

  const open = opened.move();
  const stop: Serving['stop'] = async (how) => {
    notReady = 'pharos is stopping: connect to another one, or again';
    await server.stop(how);
    await open.disposeAsync();
  };
  return { controlPlane, xds: xdsAddress, secure, admin: adminAddress, proxies: server.proxies, stop };
}

function createXds(
  { xds }: ServeOptions,
  { graph, views, translators }: ControlPlane,
  onEvent: (event: ServerEvent) => void,
  hold: WorkloadCertificates['hold'],
): XdsServer {
  return createServer({
    source: createGraphSource(graph, views, translators, { hold }),
    address: xds,
    clock: () => performance.now(),
    onEvent,
  });
}

/** Everybody who wants to know. */
function eventsTo(
  options: ServeOptions,
  { rejections }: ControlPlane,
  take: (event: ServerEvent) => void,
): (event: ServerEvent) => void {
  const logEvent = logEvents(options.log);
  return (event) => {
    rejections.take(event);
    take(event);
    logEvent(event);
    options.onEvent?.(event);
  };
}
