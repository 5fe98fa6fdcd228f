/**
 * `node test/support/isolated.ts COMMAND …` runs a command in a network of its own, where every IPv4 address is this machine:
 * the addresses and ports of a test's YAML (10.0.0.7:80, 0.0.0.0:8080) are real there, iptables may be used, nothing can leave,
 * and two runs at once do not meet. Linux only. Elsewhere the command runs as it is, without EVERY_ADDRESS_IS_LOCAL.
 */
import { spawnSync } from 'node:child_process';

/** A user namespace lets an ordinary user do this too; where there are none, root needs none. https://man7.org/linux/man-pages/man1/unshare.1.html */
const WAYS = [
  ['unshare', '--map-root-user', '--net', 'sh', '-c'],
  ['unshare', '--net', 'sh', '-c'],
] as const;
const SETUP = 'ip link set lo up && ip route add local 0.0.0.0/0 dev lo';

const command = process.argv.slice(2);
const way = WAYS.find(([unshare, ...how]) => spawnSync(unshare, [...how, SETUP], { stdio: 'ignore' }).status === 0);
if (!way) process.stderr.write('isolated: no network namespaces here (unshare or ip failed); running without one\n');

const [program, ...args] = way ? [...way, `${SETUP} && exec "$@"`, 'sh', ...command] : command;
const env = way ? { ...process.env, EVERY_ADDRESS_IS_LOCAL: '1' } : process.env;
const { status, error } = spawnSync(program!, args, { stdio: 'inherit', env });
if (error) process.stderr.write(`isolated: ${error.message}\n`);
process.exitCode = status ?? 1;
