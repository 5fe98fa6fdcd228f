import { expect, test } from 'vitest';
import { kubernetesProtocol } from './protocol.ts';

test.each([
  [{ port: 80, name: 'http' }, 'http'],
  [{ port: 80, name: 'http-admin' }, 'http'],
  [{ port: 80, name: 'HTTP2-x' }, 'http2'],
  [{ port: 80, name: 'grpc-web-api' }, 'grpc-web'],
  [{ port: 80, name: 'grpc-api' }, 'grpc'],
  [{ port: 443, name: 'https' }, 'https'],
  [{ port: 80, name: 'web' }, 'auto'],
  [{ port: 80 }, 'auto'],
  [{ port: 3306 }, 'tcp'],
  [{ port: 3306, name: 'mysql-main' }, 'mysql'],
  [{ port: 27017, name: 'db' }, 'tcp'],
  [{ port: 53, name: 'dns', protocol: 'UDP' }, 'udp'],
  [{ port: 80, name: 'http', appProtocol: 'tcp' }, 'tcp'],
  [{ port: 80, name: 'x', appProtocol: 'kubernetes.io/h2c' }, 'http2'],
  [{ port: 80, name: 'x', appProtocol: 'kubernetes.io/ws' }, 'http'],
  [{ port: 443, name: 'x', appProtocol: 'kubernetes.io/wss' }, 'https'],
  [{ port: 80, name: 'http', appProtocol: 'example.com/own' }, 'auto'],
  [{ port: 80, name: 'constructor' }, 'auto'],
])('%o speaks %s', (port, protocol) => {
  expect(kubernetesProtocol(port)).toBe(protocol);
});
