import { InvalidArgumentError } from 'commander';

/** Collects `--label key=value`, given any number of times. */
export function label(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const i = text.indexOf('=');
  if (i < 1) throw new InvalidArgumentError(`must be key=value, not "${text}"`);
  return { ...before, [text.slice(0, i)]: text.slice(i + 1) };
}
