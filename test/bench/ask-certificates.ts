/**
 * A process that asks a pharos for certificates, as so many workloads: `ask-certificates.ts ADDRESS STATE-DIRECTORY`. Told
 * how many a second by lines of JSON; when told 0, it says what came of it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openTokenIssuer } from '../../src/auth/index.ts';
import { makeRequest } from '../../src/ca/others.fixture.ts';
import { certificateClient } from '../protocol/secure-clients.ts';

export interface AskCommand {
  readonly perSecond: number;
}

const IDENTITIES = 100;
const TURN_MS = 2;

const [, , address = '', state = ''] = process.argv;
const issuer = await openTokenIssuer({ directory: state, clock: Date.now });
const rootPem = readFileSync(join(state, 'root-cert.pem'), 'utf8');
const csr = await makeRequest();
const clients = await Promise.all(
  Array.from({ length: IDENTITIES }, async (_, i) => {
    const token = await issuer.sign({ namespace: 'shop', serviceAccount: `sa-${i}`, ttlMs: 3_600_000 });
    return certificateClient(Number(address.split(':')[1]), { rootPem, token });
  }),
);
await Promise.all(clients.map((client) => client({ csr })));
console.log('connected');

let end = async (): Promise<void> => {};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { perSecond } = JSON.parse(line) as AskCommand;
  if (perSecond > 0) end = askSteadily(perSecond);
  else void end();
});

/** A process that is late catches up. Returns what ends it, and says how often it was given what it asked for. */
function askSteadily(perSecond: number): () => Promise<void> {
  const started = performance.now();
  const open = new Set<Promise<unknown>>();
  let [asked, given, refused] = [0, 0, 0];
  const ask = (): void => {
    const answer = clients[asked++ % clients.length]!({ csr }).then(({ chain }) => {
      if (chain.length > 0) given++;
      else refused++;
    });
    open.add(answer);
    void answer.finally(() => open.delete(answer));
  };
  const timer = setInterval(() => {
    const due = ((performance.now() - started) / 1000) * perSecond;
    while (asked < due) ask();
  }, TURN_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
    console.log(JSON.stringify({ given, refused }));
  };
}
