import { performance } from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How often it is asked whether it is quiet. */
const INTERVAL_MS = 10_000;
/** At rest: this part of the time something was done. */
const BUSY = 0.05;
/** From this part of the heap on the young generation is worth giving back; of large heaps it is a small one. */
const WORTH = 1 / 3;

/**
 * Gives the system memory back that V8 keeps though nothing is in it: its young generation stays as large as it had to
 * be once, some 60 MB, when a thousand objects were read or a hundred proxies connected. Now, and then in moments when
 * nobody waits, for it takes about a tenth of a second.
 */
export function giveBackMemoryAtRest(): void {
  giveBackMemory();
  let last = performance.eventLoopUtilization();
  setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(last);
    if (utilization < BUSY && isWorthIt()) giveBackMemory();
    last = performance.eventLoopUtilization();
  }, INTERVAL_MS).unref();
}

function isWorthIt(): boolean {
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  return (young?.space_size ?? 0) > WORTH * getHeapStatistics().total_heap_size;
}

/** https://nodejs.org/api/cli.html#--expose-gc */
function giveBackMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: Readonly<Record<string, string>>) => void;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
