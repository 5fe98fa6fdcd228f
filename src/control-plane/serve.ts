import type { Logger } from 'pino';
import { createAdmin } from '../admin/index.ts';
import { type Address, createServer, type ProxyStatus, type ServerEvent, type XdsServer } from '../server/index.ts';
import { createGraphSource } from '../server/views.ts';
import { watchDirectory } from '../source/index.ts';
import type { LocatedProblem } from '../store/index.ts';
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
}

export interface Serving {
  readonly controlPlane: ControlPlane;
  readonly xds: Address;
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
  const controlPlane = createControlPlane();
  const logProblems = createProblemLog(log);
  const server = createXds(options, controlPlane, (event) => admin.take(event));
  let notReady: string | undefined = 'the configuration is still being read';
  const admin = createAdmin({ controlPlane, version: options.version, server, notReady: () => notReady });
  await using opened = new AsyncDisposableStack();

  const adminAddress = await admin.listen(options.admin);
  opened.defer(() => admin.close());
  const reportProblems = watchProblems(controlPlane, (problems) => {
    logProblems(problems);
    options.onProblems?.(problems);
  });
  const source = watchDirectory(directory, { poll, debounceMs, progress: onProgress }, (changes) => {
    controlPlane.store.apply(changes);
    reportProblems();
  });
  opened.defer(() => source.close());
  await source.ready;
  const xdsAddress = await server.listen();
  notReady = undefined;

  const open = opened.move();
  const stop: Serving['stop'] = async (how) => {
    notReady = 'pharos is stopping: connect to another one, or again';
    await server.stop(how);
    await open.disposeAsync();
  };
  return { controlPlane, xds: xdsAddress, admin: adminAddress, proxies: server.proxies, stop };
}

function createXds(options: ServeOptions, controlPlane: ControlPlane, take: (event: ServerEvent) => void): XdsServer {
  const { graph, views, translators, rejections } = controlPlane;
  const logEvent = logEvents(options.log);
  return createServer({
    source: createGraphSource(graph, views, translators),
    address: options.xds,
    clock: () => performance.now(),
    onEvent: (event) => {
      rejections.take(event);
      take(event);
      logEvent(event);
      options.onEvent?.(event);
    },
  });
}
