import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { supportedFeatures } from '../../src/status/features.ts';
import { conformanceTests, readCases } from '../support/gateway-api/case.ts';

const PAGE = join(import.meta.dirname, '../../docs/gateway-api.md');

/** `GOLDEN=write` writes what stands between these lines; the rest is for people. */
const PARTS = {
  features: () => supportedFeatures.map(({ name }) => `\`${name}\``).join(', '),
  tests: () => {
    const cases = readCases();
    const lines = conformanceTests().map((name) => {
      const own = cases.filter(({ expected }) => expected.tests.includes(name));
      const links = own.map((one) => `[${one.name}](../test/gateway-api/${one.name}.expect.yaml)`);
      const calls = own.flatMap(({ expected }) => expected.steps.flatMap((step) => step.calls));
      return `| ${name} | ${links.join('<br>')} | passes: status${calls.length ? ` and ${calls.length} calls` : ''} |`;
    });
    return ['| test | our case | result |', '| --- | --- | --- |', ...lines].join('\n');
  },
};

test.each(Object.entries(PARTS))('docs/gateway-api.md has the %s that there are', (name, write) => {
  const page = readFileSync(PAGE, 'utf8');
  const [from, to] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [before = '', rest = ''] = page.split(`${from}\n`);
  const after = rest.slice(rest.indexOf(to));
  const written = `${before}${from}\n\n${write()}\n\n${after}`;
  if (process.env.GOLDEN === 'write') writeFileSync(PAGE, written);
  expect(normal(readFileSync(PAGE, 'utf8'))).toBe(normal(written));
});

/** Tables may be aligned. */
function normal(text: string): string {
  return text.replace(/-{3,}/g, '---').replace(/ +/g, ' ');
}
