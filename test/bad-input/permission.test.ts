import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import type { LocatedProblem } from '../../src/store/index.ts';
import { folder } from '../support/folder.ts';
import { TestProxy } from '../support/test-proxy.ts';
import { until } from '../support/until.ts';
import { HEALTHY } from './healthy.ts';

const serviceEntry = (name: string): string => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: shop }
spec:
  hosts: [${name}.shop]
  ports: [{ number: 80, name: http, protocol: HTTP }]
  resolution: DNS
`;
const cluster = (name: string): string => `outbound|80||${name}.shop`;

test('a file without permission is told by name and costs nothing but itself, and is read as soon as it may be', async () => {
  const { root, write } = folder();
  const permit = (name: string, mode: number): void => chmodSync(join(root, name), mode);
  write('healthy.yaml', HEALTHY);
  write('late.yaml', serviceEntry('late'));
  write('held.yaml', serviceEntry('held'));
  permit('late.yaml', 0);

  const { problems, proxy } = await serveBoundByPermissions(root);
  proxy.subscribe('cds');
  await until('it has the clusters', () => proxy.has.get('cds')?.has(cluster('cart')));
  expect(await problems()).toEqual([denied(join(root, 'late.yaml'))]);
  expect(proxy.has.get('cds')!.has(cluster('late'))).toBe(false);
  const before = proxy.log.length;

  permit('held.yaml', 0);
  await until('the second is told', async () => (await problems()).length === 2);
  expect(await problems()).toEqual([denied(join(root, 'held.yaml')), denied(join(root, 'late.yaml'))]);
  permit('late.yaml', 0o644);
  await until('the first is read', () => proxy.has.get('cds')!.has(cluster('late')));
  expect(await problems()).toEqual([denied(join(root, 'held.yaml'))]);
  permit('held.yaml', 0o644);
  await until('nothing is wrong', async () => (await problems()).length === 0);
  write('mark.yaml', serviceEntry('mark'));
  await until('the mark comes', () => proxy.has.get('cds')!.has(cluster('mark')));
  expect(proxy.log.slice(before)).toEqual([`cds ${cluster('late')}`, `cds ${cluster('mark')}`]);
});

function denied(file: string): Partial<LocatedProblem> {
  const message = 'cannot be read: permission denied';
  const hint = 'let the user that pharos runs as read it';
  return { severity: 'error', code: 'unreadable-file', path: '', message, hint, place: { file, line: 1, column: 1 } };
}

/** Root may read everything, unless it gives that up. https://man7.org/linux/man-pages/man1/setpriv.1.html */
const WITHOUT_POWERS = ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all'];

async function serveBoundByPermissions(directory: string) {
  const program = [process.execPath, join(import.meta.dirname, 'serve-bound-by-permissions.ts'), directory];
  const [command, ...args] = process.getuid!() === 0 ? [...WITHOUT_POWERS, ...program] : program;
  const child = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { xds, admin } = JSON.parse(line) as { xds: number; admin: number };
  const id = 'sidecar~10.0.0.50~web-1.shop~shop.svc.cluster.local';
  const proxy = new TestProxy(`127.0.0.1:${xds}`, 'delta', { id, metadata: {} });
  onTestFinished(() => proxy.close());
  const problems = async (): Promise<readonly LocatedProblem[]> => {
    const response = await fetch(`http://127.0.0.1:${admin}/debug/problems`);
    return (await response.json()) as readonly LocatedProblem[];
  };
  return { problems, proxy };
}
