import { readFile } from 'node:fs/promises';
import type { Problem } from '../api/index.ts';
import { placeAt } from './place.ts';
import { unreadable } from './problems.ts';

/** The text of a file, or why it has none. `shown` is the file's name for the user. */
export async function readText(path: string, shown: string): Promise<string | Problem> {
  try {
    return decode(await readFile(path), shown);
  } catch (error) {
    return cannotRead(shown, error);
  }
}

export function tooLarge(shown: string, size: number, limit: number): Problem {
  const message = `is too large: ${size} bytes, and the limit is ${limit}`;
  return unreadable(shown, message, 'split it; one file may hold as many objects as fit into the limit');
}

/** What the system says when it refuses, in words. */
export function cannotRead(shown: string, error: unknown): Problem {
  const reason = REASONS[codeOf(error)];
  const hint = reason === DENIED ? 'let the user that pharos runs as read it' : undefined;
  return unreadable(shown, reason ?? `cannot be read: ${error instanceof Error ? error.message : String(error)}`, hint);
}

export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '');
}

const DENIED = 'cannot be read: permission denied';
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: DENIED,
  EPERM: DENIED,
  ELOOP: 'is a symbolic link that leads to itself',
};

function decode(bytes: Buffer, shown: string): string | Problem {
  const nul = bytes.indexOf(0);
  const text = textOf(bytes);
  if (text !== undefined && nul < 0) return text;
  const message = nul < 0 ? 'is not text in UTF-8' : 'is not text: it holds a NUL byte';
  const problem = unreadable(shown, message, 'save it as UTF-8, without UTF-16 or binary content');
  return nul < 0 ? problem : { ...problem, place: placeAt(shown, bytes.toString('latin1'), nul) };
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
