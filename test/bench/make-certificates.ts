/** A process that makes and holds certificates, and says what it took; an empty line at the end. Wants `--expose-gc`. */
import { openAuthority, parseCertificateRequest } from '../../src/ca/index.ts';
import { makeRequest } from '../../src/ca/others.fixture.ts';
import { Graph } from '../../src/graph/index.ts';
import { createWorkloadCertificates, realTimers } from '../../src/server/index.ts';
import { createWorkloadSecrets } from '../../src/translate/index.ts';

const SECONDS = 3;
const IDENTITIES = 10_000;

const authority = await openAuthority({ source: { kind: 'own' } });
const workload = (i: number) => ({ trustDomain: 'cluster.local', namespace: `ns${i % 20}`, serviceAccount: `sa-${i}` });
const csr = await makeRequest();

perSecond('certificates for P-256 requests, which are read and whose signature is verified', (i) =>
  authority.sign(parseCertificateRequest(csr), workload(i)),
);
perSecond('certificates with a new P-256 key', (i) => authority.issue(workload(i)));
holdMany();
console.log('');
process.exit(0);

function perSecond(what: string, make: (i: number) => unknown): void {
  for (let i = 0; i < 200; i++) make(i);
  const [cpu, from] = [process.cpuUsage(), performance.now()];
  let count = 0;
  while (performance.now() - from < SECONDS * 1000) make(count++);
  const { user, system } = process.cpuUsage(cpu);
  console.log(`${((count * 1e6) / (user + system)).toFixed(0)} ${what}, in a second of CPU`);
}

/** As the server does for proxies that have their secrets over ADS. */
function holdMany(): void {
  const secrets = createWorkloadSecrets(new Graph());
  const before = megabytes();
  const held = createWorkloadCertificates({ authority, secrets, timers: realTimers, onFailure: () => {} });
  for (let i = 0; i < IDENTITIES; i++) held.hold(workload(i));
  const all = megabytes() - before;
  console.log(`${held.size} identities' certificates and keys are held in ${all.toFixed(0)} MB`);
  held.close();
}

function megabytes(): number {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  return process.memoryUsage().rss / 1e6;
}
