import { expect, test } from 'vitest';
import { onSotwRequest, type SotwRequest } from './sotw.ts';

test('what a proxy is still owed is not forgotten when it names others, and is when it no longer names it', () => {
  const request = (names: readonly string[], nonce: string): SotwRequest => {
    return { type: 'eds', names, version: '', nonce, error: undefined };
  };
  const asksForA = onSotwRequest(undefined, request(['a'], '')).subscription;
  const asksForBoth = onSotwRequest(asksForA, request(['a', 'b'], '0')).subscription;
  const asksForB = onSotwRequest(asksForBoth, request(['b'], '0')).subscription;
  expect([asksForBoth, asksForB].map(({ asked }) => [...asked.names])).toEqual([['a', 'b'], ['b']]);
});
