/** Thrown by what `until` asks: waiting longer will not help. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless';
}

/**
 * Asks again and again until the answer is something other than undefined or false. Throws, saying what was awaited, after
 * `withinMs`. What it asks may throw, too: only a Hopeless ends the waiting.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let lastError: unknown;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 1.5, 100)) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      lastError = undefined;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      lastError = error;
    }
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`, { cause: lastError });
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
