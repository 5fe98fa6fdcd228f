import { onTestFinished } from 'vitest';
import type { TlsAnswer } from './tls-client.ts';

/** Handshakes, a few at a time, one after another. */
export function startHandshakes(one: () => Promise<TlsAnswer>) {
  const failures: string[] = [];
  const started = performance.now();
  let done = 0;
  let last: string | undefined;
  let stopped = false;
  const worker = async (): Promise<void> => {
    while (!stopped) {
      const answer = await one();
      if ('refused' in answer) failures.push(answer.refused);
      else if (answer.status !== 200) failures.push(`answered ${answer.status}`);
      else last = answer.shown;
      done++;
    }
  };
  const workers = Array.from({ length: 8 }, worker);
  onTestFinished(() => {
    stopped = true;
  });
  return {
    done: () => done,
    last: () => last,
    stop: async () => {
      stopped = true;
      await Promise.all(workers);
      return { failures, perSecond: (done * 1000) / (performance.now() - started) };
    },
  };
}
