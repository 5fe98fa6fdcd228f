import { createKeySetFetcher, type KeySetFetcherOptions } from '../auth/index.ts';
import type { ControlPlane } from './index.ts';

/** Fetches the key sets that rules name, from now on, and writes down what is known of each. Gives what ends it. */
export function fetchKeySets(
  { graph, policies, keySets }: Pick<ControlPlane, 'graph' | 'policies' | 'keySets'>,
  options: Omit<KeySetFetcherOptions, 'onKeySet'> = {},
): () => void {
  const fetcher = createKeySetFetcher({
    ...options,
    onKeySet(uri, known) {
      if (known) keySets.set(uri, { jwks: known.jwks, failure: known.failure });
      else keySets.delete(uri);
    },
  });
  let isDue = false;
  let stopped = false;
  const look = (): void => {
    isDue = false;
    if (stopped) return;
    fetcher.want(watch.read());
  };
  // In a turn of its own: a watch is told while somebody writes, and must not write then.
  const watch = graph.watch('wanted key sets', policies.wantedKeySets, () => {
    if (!isDue) setImmediate(look);
    isDue = true;
  });
  look();
  return () => {
    stopped = true;
    watch.stop();
    fetcher.stop();
  };
}
