import { InvalidArgumentError } from 'commander';

/** `pharos.mesh:15010`, `[::1]:15010`. */
export function hostAndPort(text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) throw new InvalidArgumentError(`must be HOST:PORT, not "${text}"`);
  return { host: (match[1] ?? match[2])!, port };
}
