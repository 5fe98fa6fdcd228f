/**
 * Looks for mistakes of pharos with generated configurations.
 *
 *   npm run fuzz -- gateway-api 20000          that many; a tenth of a second each, at most
 *   npm run fuzz -- gateway-api 20000 12345    the ones of this seed
 *
 * Exits 1 if something is wrong, and shows the smallest configuration that shows it.
 */
import type { Figures } from './gateway-api/examine.ts';
import { fuzz } from './gateway-api/index.ts';

const [subject, wanted = '20000', chosen] = process.argv.slice(2);
const [runs, seed] = [Number(wanted), Number(chosen ?? Date.now() % 2 ** 31)];
if (subject !== 'gateway-api' || !Number.isInteger(runs) || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz -- gateway-api RUNS [SEED]');
  process.exit(2);
}

const start = performance.now();
console.log(`seed ${seed}`);
const result = await fuzz({
  runs,
  seed,
  onRun: (done, figures) => {
    if (done % 1_000 === 0) console.log(line(done, figures));
  },
});
console.log(line(result.runs, result.figures));
if (result.failure !== undefined) console.log(result.failure);
process.exitCode = result.failure === undefined ? 0 : 1;

function line(done: number, { resources, judged, exact, forwarded, connected }: Figures): string {
  const seconds = ((performance.now() - start) / 1_000).toFixed(0);
  const parts = [
    `${done} configurations in ${seconds} s`,
    `${resources} resources`,
    `${judged} requests judged (${exact} exactly)`,
    `${forwarded} forwarded`,
    `${connected} connected`,
  ];
  return parts.join(', ');
}
