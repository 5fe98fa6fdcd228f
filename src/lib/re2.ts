import re2 from 're2-wasm/build/wasm/re2.js';

/** What RE2 says is wrong with a pattern, or undefined if it compiles. Syntax: https://github.com/google/re2/wiki/Syntax */
export function re2Error(pattern: string): string | undefined {
  return compiled(pattern).error;
}

/** How many capture groups a pattern has, so that `\2` in a substitution can be checked. 0 if it does not compile. */
export function re2Groups(pattern: string): number {
  return compiled(pattern).groups;
}

interface Compiled {
  readonly error: string | undefined;
  readonly groups: number;
}

/** Compiling takes 150 µs and the same patterns come again at every change of their object. */
const known = new Map<string, Compiled>();
const KNOWN_MAX = 4096;

function compiled(pattern: string): Compiled {
  const before = known.get(pattern);
  if (before) return before;
  if (known.size >= KNOWN_MAX) known.clear();
  const now = compile(modern(pattern));
  known.set(pattern, now);
  return now;
}

function compile(pattern: string): Compiled {
  return using(pattern, (program) => {
    if (!program.ok()) return { error: program.error(), groups: 0 };
    // Only a match has groups, and `|` matches the empty text whatever the pattern wants.
    const groups = using(`(?:${pattern})|`, (either) => either.match('', 0, true).groups.length);
    return { error: undefined, groups };
  });
}

function using<T>(pattern: string, ask: (program: re2.WrappedRE2) => T): T {
  const program = new re2.WrappedRE2(pattern, false, false, false);
  try {
    return ask(program);
  } finally {
    // It lies in the memory of the WASM module, which no garbage collector sees.
    (program as re2.WrappedRE2 & { delete(): void }).delete();
  }
}

/** RE2 itself has read `(?<name>` since 2023; this build of it only knows `(?P<name>`. */
function modern(pattern: string): string {
  return pattern.replace(/\(\?<(?=[A-Za-z_])/g, '(?P<');
}
