import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decode, encode, messageNames, type ResourceMessages, typeUrlOf, validate } from '../../src/proto/index.ts';
import { corpus, type GoldenCase, load } from '../support/corpus.ts';
import { labelOf, type Seen, watchAll } from '../support/watching.ts';

const cases = corpus().map((golden) => [golden.name, golden] as const);

describe('every resource is a message that Envoy can read, and no rule of its API is broken', () => {
  test.each(cases)('%s', (_, golden) => {
    const wrong = seenIn(golden).flatMap((seen) => mistakesOf(seen).map((mistake) => `${labelOf(seen)}: ${mistake}`));
    expect(wrong).toEqual([]);
  });
});

describe('no resource is held back that the out file does not speak of', () => {
  test.each(cases)('%s', (_, golden) => {
    const out = readFileSync(golden.out, 'utf8');
    const held = seenIn(golden).filter(({ entry }) => entry.version === undefined);
    const silent = held.filter(({ type, name }) => !out.includes(`Envoy would reject ${type} ${name}:`));
    expect(silent.map(labelOf)).toEqual([]);
  });
});

function seenIn({ changes, proxies }: GoldenCase): readonly Seen[] {
  return watchAll(load(changes), proxies).all();
}

/** To JSON and back is the same bytes: nothing is lost, and nothing is written in two ways. */
function mistakesOf({ type, entry }: Seen): readonly string[] {
  if (entry.version === undefined) return [];
  const message = decode(typeUrlOf(type), entry.bytes);
  const again = encode(type, message as ResourceMessages[typeof type]);
  const same = again.version !== undefined && Buffer.from(again.bytes).equals(entry.bytes);
  const broken = validate(messageNames[type], message).map(({ path, message: rule }) => `${path} ${rule}`);
  return [...(same ? [] : ['does not survive JSON']), ...broken];
}
