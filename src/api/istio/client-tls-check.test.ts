import { expect, test } from 'vitest';
import { parseObject } from '../registry.ts';

function told(tls: object): { readonly isUsable: boolean; readonly told: readonly string[] } {
  const { value, problems } = parseObject({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'x', namespace: 'shop' },
    spec: {
      host: 'cart',
      subsets: [{ name: 'v1', trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls }] } }],
    },
  });
  const at = 'spec.subsets[0].trafficPolicy.portLevelSettings[0].tls.';
  const isUsable = ((value as { spec?: { subsets?: readonly object[] } } | undefined)?.spec?.subsets ?? []).length > 0;
  return {
    isUsable,
    told: problems.map(({ severity, path, message }) => `${severity} ${path.replace(at, '')} ${message}`),
  };
}

test.each([
  [{ mode: 'MUTUAL', privateKey: '/a' }, ['error clientCertificate is required for MUTUAL']],
  [
    { mode: 'SIMPLE', credentialName: 'a', caCertificates: '/a' },
    ['error caCertificates must not stand beside credentialName'],
  ],
])('%o costs its subset', (tls, expected) => {
  expect(told(tls)).toEqual({ isUsable: false, told: expected });
});

test.each([
  [{ mode: 'SIMPLE', caCertificates: '/a', caCrl: '/b', sni: 'a', subjectAltNames: ['a'] }, []],
  [{ mode: 'MUTUAL', clientCertificate: '/a', privateKey: '/b' }, []],
  [{ mode: 'MUTUAL', credentialName: 'a' }, []],
  [{ mode: 'ISTIO_MUTUAL', sni: 'a', subjectAltNames: ['a'] }, []],
  [
    { mode: 'ISTIO_MUTUAL', caCertificates: '/a' },
    ['warning caCertificates has no effect where the mode is ISTIO_MUTUAL'],
  ],
  [{ sni: 'a', subjectAltNames: [] }, ['warning sni has no effect where the mode is DISABLE']],
  [
    { mode: 'SIMPLE', insecureSkipVerify: true, subjectAltNames: ['a'] },
    ['warning subjectAltNames has no effect beside insecureSkipVerify'],
  ],
])('%o is usable', (tls, expected) => {
  expect(told(tls)).toEqual({ isUsable: true, told: expected });
});
