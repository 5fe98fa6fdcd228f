/** The candidate that a misspelt word was probably meant to be, or undefined if none is near. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const plain = simplify(word);
  // A third of the letters wrong is a typo; more is another word.
  const allowed = Math.max(1, Math.floor(plain.length / 3));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  // Of two that are as near, the one with as many letters: `mirrosr` is mirrors, not mirror.
  for (const candidate of candidates) {
    const other = simplify(candidate);
    if (Math.abs(other.length - plain.length) >= bestDistance) continue;
    const distance = editDistance(plain, other) - (other.length === plain.length ? 0.5 : 0);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that make one word of the other. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(replace, last[j]! + 1, row[j - 1]! + 1, swapped ? beforeLast[j - 2]! + 1 : replace));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}

/** `export_to`, `export-to` and `ExportTo` are one word to a person. */
function simplify(word: string): string {
  return word.replace(/[-_ ]/g, '').toLowerCase();
}
