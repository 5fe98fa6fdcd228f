import { expect, test } from 'vitest';
import { UNREADABLE } from '../api/index.ts';
import { clientTlsOf } from './client-tls.ts';

const PEER = { sni: undefined, subjectAltNames: [] };
const SYSTEM = { from: 'system', crl: undefined };

test.each([
  [{}, { mode: 'disable' }],
  [{ mode: 'DISABLE' }, { mode: 'disable' }],
  [{ mode: 'SIMPLE', credentialName: UNREADABLE }, { mode: 'impossible' }],
  [
    { mode: 'ISTIO_MUTUAL', sni: '' },
    { mode: 'mesh', ...PEER },
  ],
  [{ mode: 'SIMPLE' }, { mode: 'simple', ...PEER, trust: SYSTEM }],
  [
    { mode: 'SIMPLE', caCertificates: '/a', caCrl: '/b', sni: 's', subjectAltNames: ['n'] },
    { mode: 'simple', sni: 's', subjectAltNames: ['n'], trust: { from: 'file', path: '/a', crl: '/b' } },
  ],
  // Whatever else it says, nobody is looked at.
  [
    { mode: 'SIMPLE', insecureSkipVerify: true, credentialName: 'a', caCertificates: '/a' },
    { mode: 'simple', ...PEER, trust: { from: 'anywhere' } },
  ],
  [
    { mode: 'MUTUAL', clientCertificate: '/c', privateKey: '/k' },
    { mode: 'mutual', ...PEER, certificate: { from: 'files', chain: '/c', key: '/k' }, trust: SYSTEM },
  ],
  [
    { mode: 'MUTUAL', credentialName: 'a' },
    {
      mode: 'mutual',
      ...PEER,
      certificate: { from: 'secret', name: 'a' },
      trust: { from: 'secret', name: 'a', crl: undefined },
    },
  ],
] as const)('%o is %o', (settings, expected) => {
  expect(clientTlsOf(settings)).toEqual(expected);
});
