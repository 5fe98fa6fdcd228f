import { expect, test } from 'vitest';
import type { AuthorityFiles } from './authority.ts';
import { followFiles } from './follow-files.ts';

/** Files of which `bad` can be put to no use, and what came of looking at them. */
function following(first: AuthorityFiles) {
  let files = first;
  const said: string[] = [];
  const look = followFiles(first, {
    read: async () => files,
    apply: ({ name }) => {
      if (String(name).startsWith('bad')) throw new Error(`${name}!`);
      said.push(`in force: ${name}`);
    },
    onProblem: (text) => said.push(`problem: ${text}`),
    onSame: () => said.push('the same'),
    later: () => said.push('later'),
  });
  return {
    see: async (name: string) => {
      files = { name };
      await look();
      return said.splice(0);
    },
  };
}

test('files are put in force when they change, and only then', async () => {
  const { see } = following({ name: 'a' });
  expect(await see('a')).toEqual(['the same']);
  expect(await see('b')).toEqual(['in force: b']);
  expect(await see('b')).toEqual(['the same']);
});

test('what is of no use is looked at once more before it is reported, and reported once', async () => {
  const { see } = following({ name: 'a' });
  expect(await see('bad')).toEqual(['later']);
  expect(await see('bad')).toEqual(['problem: bad!']);
  expect(await see('bad')).toEqual([]);
  expect(await see('bad in another way')).toEqual(['later']);
  expect(await see('bad in another way')).toEqual(['problem: bad in another way!']);
});

test('what was half of a change is never reported', async () => {
  const { see } = following({ name: 'a' });
  expect(await see('bad')).toEqual(['later']);
  expect(await see('b')).toEqual(['in force: b']);
  expect(await see('bad')).toEqual(['later']);
});

test('going back to what is in force changes nothing', async () => {
  const { see } = following({ name: 'a' });
  await see('bad');
  expect(await see('a')).toEqual(['the same']);
});
