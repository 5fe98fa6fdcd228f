import { type FSWatcher, watch } from 'node:fs';

/** Several files are usually replaced one after the other. */
const TOGETHER_MS = 50;

/**
 * Calls `look` when something happens in these places, and every now and then in any case: a file system on another
 * machine tells nothing, and neither does a place that was replaced as a whole. One look at a time. Returns what ends it.
 */
export function watchFiles(places: readonly string[], everyMs: number, look: () => Promise<void>): () => void {
  let soon: NodeJS.Timeout | undefined;
  const hint = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined;
      void look();
    }, TOGETHER_MS).unref();
  };
  const watchers = places.map((place) => open(place, hint));
  const regularly = setInterval(() => void look(), everyMs).unref();
  return () => {
    clearTimeout(soon);
    clearInterval(regularly);
    for (const watcher of watchers) watcher?.close();
  };
}

function open(place: string, hint: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(place, { persistent: false }, hint);
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined;
  }
}
