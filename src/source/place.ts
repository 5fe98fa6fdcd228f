import type { Place } from '../api/index.ts';

/** The line and column of an offset, both from 1. Counted when asked: nearly no place of a file is ever shown. */
export function placeAt(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { file, line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
