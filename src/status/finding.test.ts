import { expect, test } from 'vitest';
import { objectKey } from '../api/index.ts';
import { conditionOf, type Finding, problemsOf } from './finding.ts';

const GATEWAY = objectKey('gateway.networking.k8s.io', 'Gateway', 'infra', 'public');

function no(type: Finding['type'], reason: string, path = ''): Finding {
  return { type, verdict: { ok: false, reason, message: `because of ${reason}` }, path };
}

test('of some conditions True is bad', () => {
  const status = (finding: Finding) => conditionOf(finding, {}).status;
  expect(status(no('Accepted', 'Invalid'))).toBe('False');
  expect(status(no('Conflicted', 'HostnameConflict'))).toBe('True');
  expect(status({ ...no('Conflicted', 'x'), verdict: { ok: true, reason: 'NoConflicts', message: '' } })).toBe('False');
});

test('a condition is about the generation of its object, and about none where the object has none', () => {
  expect(conditionOf(no('Accepted', 'Invalid'), { generation: 3 }).observedGeneration).toBe(3);
  expect(conditionOf(no('Accepted', 'Invalid'), {})).not.toHaveProperty('observedGeneration');
});

test('a cause is told once, at its place, and what follows from it is not', () => {
  const at = 'spec.listeners[0].tls.certificateRefs[0]';
  const cause = no('ResolvedRefs', 'InvalidCertificateRef', at);
  const told = problemsOf(GATEWAY, [
    cause,
    cause,
    no('Programmed', 'Invalid'),
    no('ResolvedRefs', 'ListenersNotResolved'),
  ]);
  expect(told.map(({ path, code }) => [path, code])).toEqual([[at, 'invalid-certificate-ref']]);
});

test('what follows from nothing that is told is told itself', () => {
  const told = problemsOf(GATEWAY, [no('Programmed', 'AddressNotAssigned')]);
  expect(told).toMatchObject([{ severity: 'error', code: 'address-not-assigned' }]);
});

test.each([
  ['NoValidCACertificate', 'no-valid-ca-certificate'],
  ['RefNotPermitted', 'ref-not-permitted'],
  ['InvalidCACertificateKind', 'invalid-ca-certificate-kind'],
])('the reason %s has the code %s', (reason, code) => {
  expect(problemsOf(GATEWAY, [no('Accepted', reason)])[0]?.code).toBe(code);
});
