import { expect, test } from 'vitest';
import { redact } from './redact.ts';

const KEY = { inlineBytes: 'c2VjcmV0' };

test('private keys are blackened wherever they stand, and what is beside them is not', () => {
  const certificate = { certificateChain: KEY, privateKey: KEY, password: { inlineString: 'secret' } };
  const redacted = {
    certificateChain: KEY,
    privateKey: { inlineBytes: '[redacted]' },
    password: { inlineString: '[redacted]' },
  };
  expect(redact({ name: 'a', tlsCertificate: certificate })).toEqual({ name: 'a', tlsCertificate: redacted });
  expect(redact({ a: [{ typedConfig: { common: { tlsCertificates: [certificate] } } }] })).toEqual({
    a: [{ typedConfig: { common: { tlsCertificates: [redacted] } } }],
  });
});

test('the names of files stay', () => {
  const message = { tlsCertificate: { privateKey: { filename: '/etc/tls.key' } } };
  expect(redact(message)).toEqual(message);
});

test('other secrets are blackened too', () => {
  expect(redact({ sessionTicketKeys: { keys: [KEY, KEY] }, genericSecret: { secret: KEY } })).toEqual({
    sessionTicketKeys: { keys: [{ inlineBytes: '[redacted]' }, { inlineBytes: '[redacted]' }] },
    genericSecret: { secret: { inlineBytes: '[redacted]' } },
  });
});
