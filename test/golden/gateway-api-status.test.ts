import { expect, test } from 'vitest';
import {
  caseNames,
  conformanceTests,
  incompleteCases,
  readCase,
  readCases,
  titleOf,
} from '../support/gateway-api/case.ts';
import { compareStatus } from '../support/gateway-api/compare-status.ts';
import { loadCase } from '../support/gateway-api/control-plane.ts';

test('every case has its objects and its expectations', () => {
  expect(incompleteCases()).toEqual([]);
});

test('every conformance test has a case', () => {
  const claimed = new Set(readCases().flatMap(({ expected }) => expected.tests));
  expect(conformanceTests().filter((name) => !claimed.has(name))).toEqual([]);
});

test('no case names a test that there is not', () => {
  const known = new Set(conformanceTests());
  const unknown = readCases().flatMap(({ name, expected }) =>
    expected.tests.filter((one) => !known.has(one)).map((one) => `${name}: ${one}`),
  );
  expect(unknown).toEqual([]);
});

test.each(caseNames().map((name) => [titleOf(name), name] as const))('%s', async (_, name) => {
  const gatewayCase = readCase(name);
  const loaded = await loadCase(gatewayCase);
  const wrong = gatewayCase.expected.steps.flatMap(({ says, change, status = {} }, i) => {
    loaded.apply(change);
    const step = `step ${i + 1}${says === undefined ? '' : ` (${says})`}`;
    const sentences = compareStatus(status, loaded.objects(), loaded.controlPlane.status.of);
    return sentences.map((sentence) => `${step}: ${sentence}`);
  });
  expect(wrong).toEqual([]);
});
