/**
 * `node test/support/isolated.ts COMMAND …` runs a command in a network of its own, where every IPv4 address is this machine:
 * the addresses and ports of a test's YAML (10.0.0.7:80, 0.0.0.0:8080) are real there, iptables may be used, nothing can leave,
 * and two runs at once do not meet. Linux only. Elsewhere the command runs as it is, without EVERY_ADDRESS_IS_LOCAL.
 */
import { spawnSync } from 'node:child_process';

/** A user namespace (-r) lets an ordinary user do this too. https://man7.org/linux/man-pages/man1/unshare.1.html */
const UNSHARE = ['unshare', '--map-root-user', '--net', 'sh', '-c'];
const SETUP = 'ip link set lo up && ip route add local 0.0.0.0/0 dev lo';

const command = process.argv.slice(2);
const possible = spawnSync(UNSHARE[0]!, [...UNSHARE.slice(1), SETUP], { stdio: 'ignore' }).status === 0;
if (!possible)
  process.stderr.write('isolated: no network namespaces here (unshare or ip failed); running without one\n');

const [program, ...args] = possible ? [...UNSHARE, `${SETUP} && exec "$@"`, 'sh', ...command] : command;
const env = possible ? { ...process.env, EVERY_ADDRESS_IS_LOCAL: '1' } : process.env;
const { status, error } = spawnSync(program!, args, { stdio: 'inherit', env });
if (error) process.stderr.write(`isolated: ${error.message}\n`);
process.exitCode = status ?? 1;
