import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { envoyForTest, testBootstrap } from '../support/envoy.ts';
import { freePort } from '../support/loopback.ts';
import { type Served, serveForTest } from '../support/served.ts';
import { until } from '../support/until.ts';

test.each(['delta', 'sotw'] as const)(
  'a route that Envoy rejects stays as it was, is told with its line, and holds up no other, over %s',
  async (protocol) => {
    const [bad, good] = [await freePort(), await freePort()];
    const doors = gateway([bad, good]);
    // Its form is right: only Envoy knows which commands it has.
    const rules = (marks: readonly [string, string]): string =>
      [rule('bad', bad, marks[0], "'%SHARE%'"), rule('good', good, marks[1], 'all')].join('---\n');
    const files = { 'doors.yaml': doors, 'rules.yaml': rule('bad', bad, 'first', 'all') };
    const served = await serveWithGateway({ ...files, 'good.yaml': rule('good', good, 'first', 'all') }, protocol);
    expect([await answerOf(bad), await answerOf(good)]).toEqual(['first', 'first']);

    served.remove('good.yaml');
    served.write('rules.yaml', rules(['second', 'second']));
    await until('Envoy has rejected one', () => rejectionsOf(served).length > 0);
    await until('the other is in force', async () => (await answerOf(good)) === 'second');
    expect(await answerOf(bad)).toBe('first');
    expect(rejectionsOf(served)).toEqual([
      {
        code: 'rejected-by-envoy',
        object: 'networking.istio.io/VirtualService/shop/bad',
        message: expect.stringMatching(/gateway\.shop.* rejected .*: .*SHARE/),
        at: `rules.yaml:${lineOf(rules(['', '']), 'hosts:')}`,
      },
    ]);

    await served.change(() => served.write('rules.yaml', rules(['second', 'third'])));
    expect([await answerOf(bad), await answerOf(good)]).toEqual(['first', 'third']);
    expect(rejectionsOf(served)).toHaveLength(1);

    await served.change(() => served.write('rules.yaml', rules(['second', 'third']).replace("'%SHARE%'", 'all')));
    expect([await answerOf(bad), await answerOf(good)]).toEqual(['second', 'third']);
    expect(rejectionsOf(served)).toEqual([]);
  },
);

test.each(['delta', 'sotw'] as const)(
  'a port that another program has is told with its line, and the other ports open, over %s',
  async (protocol) => {
    const [first, second, third] = [await freePort(), await freePort(), await freePort()];
    const taken = await takenPort();
    const rules = ['a', 'b', 'c'].map((name, at) => rule(name, [first, second, third][at]!, name, 'all')).join('---\n');
    const served = await serveWithGateway({ 'doors.yaml': gateway([first]), 'rules.yaml': rules }, protocol);

    served.write('doors.yaml', gateway([first, taken, second]));
    await until('Envoy has rejected one', () => rejectionsOf(served).length > 0);
    await until('the port beside it is open', async () => (await answerOf(second)) === 'b');
    expect(await answerOf(first)).toBe('a');
    expect(rejectionsOf(served)).toEqual([
      {
        code: 'rejected-by-envoy',
        object: 'networking.istio.io/Gateway/shop/doors',
        message: expect.stringMatching(new RegExp(`0\\.0\\.0\\.0_${taken}: .*Address already in use$`)),
        at: `doors.yaml:${lineOf(gateway([first, taken]), `number: ${taken}`)}`,
      },
    ]);

    await served.change(() => served.write('doors.yaml', gateway([first, third, second])));
    await until('the port instead of it is open', async () => (await answerOf(third)) === 'c');
    expect([await answerOf(first), await answerOf(second)]).toEqual(['a', 'b']);
    expect(rejectionsOf(served)).toEqual([]);
  },
);

async function serveWithGateway(files: Readonly<Record<string, string>>, protocol: 'delta' | 'sotw'): Promise<Served> {
  const served = await serveForTest({ files });
  const envoy = await envoyForTest({
    bootstrap: testBootstrap({
      role: 'router',
      name: 'gateway',
      namespace: 'shop',
      addresses: ['127.0.0.1'],
      labels: { app: 'doors' },
      protocol,
      xds: { address: '127.0.0.1', port: served.port },
    }),
  });
  await envoy.ready();
  return served;
}

function rejectionsOf(served: Served) {
  return served.serving.controlPlane
    .problems()
    .filter(({ code }) => code === 'rejected-by-envoy')
    .map(({ code, object, message, place }) => {
      const at = place && `${place.file.slice(served.directory.length + 1)}:${place.line}`;
      return { code, object, message, at };
    });
}

/** What is answered at a port, on a connection of its own: a listener that goes away takes its connections with it. */
async function answerOf(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
  return response.text();
}

function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length;
}

function gateway(ports: readonly number[]): string {
  const servers = ports.map(
    (port) => `    - port: { number: ${port}, name: http-${port}, protocol: HTTP }
      hosts: ['*']
`,
  );
  return `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: doors, namespace: shop }
spec:
  selector: { app: doors }
  servers:
${servers.join('')}`;
}

/** Answers with `mark`, to every host, at one port. */
function rule(name: string, port: number, mark: string, header: string): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: shop }
spec:
  gateways: [doors]
  hosts: ['*']
  http:
    - match: [{ port: ${port} }]
      directResponse: { status: 200, body: { string: ${mark} } }
      headers: { response: { set: { x-share: ${header} } } }
`;
}

/** A port on which somebody else listens. */
async function takenPort(): Promise<number> {
  const port = await freePort('0.0.0.0');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '0.0.0.0', resolve));
  onTestFinished(() => void server.close());
  return port;
}
