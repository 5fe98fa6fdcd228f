import { createRequire } from 'node:module';

type Engine = typeof import('re2-wasm/build/wasm/re2.js');

/** What RE2 says is wrong with a pattern, or undefined if it compiles. Syntax: https://github.com/google/re2/wiki/Syntax */
export function re2Error(pattern: string): string | undefined {
  return compiled(pattern).error;
}

/** How many capture groups a pattern has, so that `\2` in a substitution can be checked. 0 if it does not compile. */
export function re2Groups(pattern: string): number {
  return compiled(pattern).groups;
}

/** Whether a whole text is as a pattern wants it. A pattern that does not compile matches nothing. */
export function re2Matches(pattern: string, text: string): boolean {
  if (re2Error(pattern) !== undefined) return false;
  return using(`^(?:${modern(pattern)})$`, (program) => program.match(text, 0, false).index >= 0);
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

let engine = loadEngine();

function compile(pattern: string): Compiled {
  try {
    return using(pattern, (program) => {
      if (!program.ok()) return { error: program.error(), groups: 0 };
      // Only a match has groups, and `|` matches the empty text whatever the pattern wants.
      const groups = using(`(?:${pattern})|`, (either) => either.match('', 0, true).groups.length);
      return { error: undefined, groups };
    });
  } catch {
    // Out of its 16 MB, and what it held of them is lost: `\pL{1,1000}`. An Envoy refuses programs much smaller than that.
    engine = loadEngine();
    return { error: 'pattern too large', groups: 0 };
  }
}

/** Asks of a program, and frees it: it lies in the memory of the WASM module, which no garbage collector sees. */
function using<T>(pattern: string, ask: (program: InstanceType<Engine['WrappedRE2']>) => T): T {
  const program = new engine.WrappedRE2(pattern, false, false, false);
  const answer = ask(program);
  (program as typeof program & { delete(): void }).delete();
  return answer;
}

/** The module with a memory of its own. By itself it tells stderr at length when it gives up. */
function loadEngine(): Engine {
  const require = createRequire(import.meta.url);
  const path = require.resolve('re2-wasm/build/wasm/re2.js');
  delete require.cache[path];
  const loaded = require(path) as Engine & { onAbort: (reason: unknown) => void };
  loaded.onAbort = (reason) => {
    throw new Error(`RE2 gives up: ${String(reason)}`);
  };
  return loaded;
}

/** RE2 itself has read `(?<name>` since 2023; this build of it only knows `(?P<name>`. */
function modern(pattern: string): string {
  return pattern.replace(/\(\?<(?=[A-Za-z_])/g, '(?P<');
}
