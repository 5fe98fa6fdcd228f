import { spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { ISOLATED } from './envoy-case.ts';

/** Whether this machine has iptables, and the test a network of its own to use them in. */
export const CAN_INTERCEPT = ISOLATED && spawnSync('iptables', ['-t', 'nat', '-L', '-n']).status === 0;

/**
 * What Istio's init container does in a Pod: what comes from its address goes to port 15001, and what comes to it to 15006.
 * The sidecar itself is not known by its user, but by address: it calls its application from 127.0.0.6, and others not
 * from the Pod's.
 */
export function intercept(podAddress: string): void {
  const turn = (what: string[], port: string): void => {
    const rule = ['OUTPUT', '-p', 'tcp', ...what, '-j', 'REDIRECT', '--to-ports', port];
    run(['-A', ...rule]);
    onTestFinished(() => run(['-D', ...rule]));
  };
  turn(['-d', podAddress, '!', '-s', '127.0.0.6'], '15006');
  turn(['-s', podAddress], '15001');
}

function run(args: readonly string[]): void {
  const { status, stderr } = spawnSync('iptables', ['-w', '-t', 'nat', ...args]);
  if (status !== 0) throw new Error(`iptables ${args.join(' ')}: ${stderr}`);
}
