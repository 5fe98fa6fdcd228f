/**
 * A regular expression for every word of lower-case letters, digits and the like but these. RE2 has no way to say "not",
 * so that it is spelt out: all that leaves the tree of forbidden words at some letter.
 *
 *   not "host", "te"  →  [^:ht]…, h(…), t(…), and whatever goes on after them
 */
export function allBut(words: readonly string[]): string {
  return branch(words);
}

/** All words but those, from here on; the empty one only if it is not among them. */
function branch(words: readonly string[]): string {
  const rest = words.filter((word) => word !== '');
  const ends = words.includes('') ? [] : [''];
  if (rest.length === 0) return ends.length > 0 ? `${ANY}*` : `${ANY}+`;
  const letters = [...new Set(rest.map((word) => word[0]!))].sort();
  const inside = letters.map((letter) => {
    const after = rest.filter((word) => word.startsWith(letter)).map((word) => word.slice(1));
    return `${escaped(letter)}${branch(after)}`;
  });
  const outside = `[^:${letters.map(escaped).join('')}]${ANY}*`;
  return `(?:${[outside, ...inside, ...ends].join('|')})`;
}

/** Names with a colon are no headers. */
const ANY = '[^:]';

function escaped(letter: string): string {
  return /[a-z0-9]/.test(letter) ? letter : `\\${letter}`;
}
