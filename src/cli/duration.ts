import { InvalidArgumentError } from 'commander';
import { durationMs } from '../lib/duration.ts';

/** `24h`, `90s`: more than nothing, in milliseconds. */
export function duration(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError(`must be a duration like 24h or 90s, not "${text}"`);
  return ms;
}
