import { expect, test } from 'vitest';
import { isConfiguration } from './names.ts';

test.each(['a.yaml', 'a.yml', 'a.json', 'A.YAML', 'recalls.yaml', 'calls.json'])('%s is configuration', (name) => {
  expect(isConfiguration(name)).toBe(true);
});

test.each(['.a.yaml', '.a.yaml.swp', 'a.yaml~', '#a.yaml#', '4913', 'README.md', 'calls.yaml', 'canary.calls.yml'])(
  '%s is not configuration',
  (name) => {
    expect(isConfiguration(name)).toBe(false);
  },
);
