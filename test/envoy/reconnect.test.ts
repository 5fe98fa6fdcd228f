import { expect, test } from 'vitest';
import { envoyForTest, testBootstrap } from '../support/envoy.ts';
import { startRelay } from '../support/relay.ts';
import { type Sent, type Served, serveForTest } from '../support/served.ts';
import { until } from '../support/until.ts';

const TYPES = ['cds', 'eds', 'lds', 'rds', 'vhds'];

const FILES = {
  'services.yaml': ['a', 'b', 'c'].map((name) => service(name, 1)).join('---\n'),
};

test('a proxy that comes back is sent nothing that it has: cut off, after a restart, and at a second pharos', async () => {
  const first = await serveForTest({ files: FILES });
  const relay = await startRelay(first.port);
  const sidecar = await envoyForTest({
    bootstrap: testBootstrap({
      role: 'sidecar',
      name: 'client',
      namespace: 'shop',
      addresses: ['10.0.0.9'],
      interception: 'redirect',
      xds: { address: '127.0.0.1', port: relay.port },
    }),
  });
  await sidecar.ready();
  await hasAllTypes(first);
  expect(resourcesOf(first, 0)).toBeGreaterThan(10);

  const cutAt = first.events.length;
  relay.cut();
  await hasAllTypes(first, cutAt);
  await expectOnlyTheNextChange(first, cutAt, 2);

  await first.stop();
  const restarted = await serveForTest({ files: {}, directory: first.directory, port: first.port });
  relay.cut();
  await hasAllTypes(restarted);
  await expectOnlyTheNextChange(restarted, 0, 3);

  const second = await serveForTest({ files: {}, directory: first.directory });
  relay.switchTo(second.port);
  relay.cut();
  await hasAllTypes(second);
  await expectOnlyTheNextChange(second, 0, 4);
});

/** A change made now is all that was sent since: whatever else was owed would have come before it. */
async function expectOnlyTheNextChange(served: Served, from: number, port: number): Promise<void> {
  expect(resourcesOf(served, from)).toBe(0);
  await served.change(() =>
    served.write('services.yaml', ['a', 'b', 'c'].map((name) => service(name, name === 'b' ? port : 1)).join('---\n')),
  );
  const sent = sentBy(served, from).filter(({ resources, removed }) => resources + removed > 0);
  expect(sent.map(({ type, resources, removed }) => ({ type, resources, removed }))).toEqual([
    { type: 'eds', resources: 1, removed: 0 },
  ]);
}

/** Until the proxy has asked for every type on its newest stream. */
async function hasAllTypes(served: Served, from = 0): Promise<void> {
  await until('the proxy asks for every type', () => {
    const asked =
      served.serving
        .proxies()
        .at(-1)
        ?.types.map(({ type }) => type) ?? [];
    const isNew = served.events.slice(from).some(({ kind }) => kind === 'connected');
    return isNew && TYPES.every((type) => asked.includes(type as (typeof asked)[number]));
  });
}

function sentBy(served: Served, from: number): readonly Sent[] {
  return served.events.slice(from).filter((event): event is Sent => event.kind === 'sent');
}

function resourcesOf(served: Served, from: number): number {
  return sentBy(served, from).reduce((total, { resources, removed }) => total + resources + removed, 0);
}

/** Endpoints on `port` of a fixed address: only the assignment differs. */
function service(name: string, port: number): string {
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: shop }
spec:
  hosts: [${name}.shop]
  addresses: [10.96.0.${name.charCodeAt(0)}]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 10.1.0.1, ports: { http: ${8000 + port} } }]
`;
}
