import { expect, test } from 'vitest';
import { parse } from './parse.fixture.ts';
import { UNREADABLE_REFERENCE } from './unreadable.ts';

const HTTP = { name: 'http', port: 80, protocol: 'HTTP' };
const certificateRefs = [{ name: 'cert' }];
const HTTPS = { name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs } };
const clients = { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] };
const closed = { caCertificateRefs: [UNREADABLE_REFERENCE] };

function gateway(spec: object) {
  return parse('Gateway', { gatewayClassName: 'pharos', listeners: [HTTPS], ...spec });
}

test.each<[object, string]>([
  [{ ...HTTP, tls: { certificateRefs } }, 'tls must not stand beside protocol HTTP'],
  [{ ...HTTP, protocol: 'TCP', hostname: 'a.b' }, 'hostname must not stand beside protocol TCP'],
  [{ ...HTTP, protocol: 'UDP', tls: { certificateRefs } }, 'tls must not stand beside protocol UDP'],
  [{ ...HTTPS, port: 1, tls: { mode: 'Passthrough' } }, 'tls.mode must be Terminate for protocol HTTPS'],
  [{ ...HTTPS, port: 1, tls: {} }, 'tls.certificateRefs is required for mode Terminate'],
  [{ ...HTTP, protocol: 'TLS' }, 'tls is required for protocol TLS'],
  [{ ...HTTP, protocol: 'A B' }, 'protocol must be one of HTTP, HTTPS, TLS, TCP, UDP, not "A B"'],
  [{ ...HTTP, port: 0 }, 'port must be a whole number between 1 and 65535, not 0'],
  [{ ...HTTP, hostname: '*' }, 'hostname must be left out where any host is meant, not "*"'],
  [{ ...HTTP, hostname: '*.*.a' }, 'hostname must be a DNS name in lower case'],
  [{ ...HTTP, name: 'a_b' }, 'name must be a name: a-z'],
  [{ ...HTTP, hsot: 'a.b' }, 'hsot unknown field "hsot"'],
  [{ ...HTTP, allowedRoutes: { namespaces: { from: 'None' } } }, 'allowedRoutes.namespaces.from must be one of All'],
  [{ ...HTTP, allowedRoutes: { kinds: [{ kind: '*' }] } }, 'allowedRoutes.kinds[0].kind must be a kind'],
  [
    { ...HTTP, allowedRoutes: { namespaces: { from: 'Selector', selector: { app: 'a' } } } },
    'allowedRoutes.namespaces.selector.app unknown field "app"',
  ],
  [{ ...HTTP, name: 'https' }, 'name name "https" is taken by an earlier one of the list'],
  [{ ...HTTPS, name: 'again' }, ' has the port, protocol and hostname of "https"'],
])('a listener %j is wrong, and is not opened', (listener, message) => {
  const { left, told } = gateway({ listeners: [HTTPS, listener] });
  expect(left).toEqual({ gatewayClassName: 'pharos', listeners: [HTTPS] });
  const place = message.startsWith(' ') ? message : `.${message}`;
  expect(told).toEqual([expect.stringContaining(`spec.listeners[1]${place}`)]);
  const entry = parse('ListenerSet', { parentRef: { name: 'a' }, listeners: [HTTPS, listener] });
  expect(entry.left).toEqual({ parentRef: { name: 'a' }, listeners: [HTTPS] });
});

test('one port may be shared by hostnames and by protocols', () => {
  const listeners = [
    HTTPS,
    { ...HTTPS, name: 'a', hostname: 'a.b' },
    { ...HTTPS, name: 'b', hostname: '*.b' },
    { name: 'c', port: 443, protocol: 'TLS', hostname: 'a.b', tls: { mode: 'Passthrough' } },
    { name: 'd', port: 443, protocol: 'UDP' },
  ];
  expect(gateway({ listeners })).toMatchObject({ left: { listeners }, problems: [] });
});

test('what only the status can judge is let through', () => {
  const spec = {
    listeners: [
      { ...HTTP, protocol: 'INVALID', allowedRoutes: { kinds: [{ group: 'a.b', kind: 'C' }] } },
      { ...HTTPS, tls: { certificateRefs: [{ group: 'a.b', kind: 'C', name: 'd' }] } },
      { name: 'bare', port: 444, protocol: 'HTTPS' },
    ],
    addresses: [{ type: 'test/fake', value: 'x' }, { type: 'IPAddress', value: 'not an address' }, {}],
    infrastructure: { parametersRef: { group: 'a.b', kind: 'C', name: 'd' } },
  };
  expect(gateway(spec)).toMatchObject({ left: spec, problems: [] });
});

test.each([
  [{ gatewayClassName: '' }, 'spec.gatewayClassName must have between 1 and 253 characters'],
  [{ listeners: [] }, 'spec.listeners must not be empty'],
  [
    { listeners: Array.from({ length: 65 }, (_, i) => ({ ...HTTP, name: `a${i}`, port: i + 1 })) },
    'spec.listeners must',
  ],
  [{ addresses: [{ type: 'Hostname', value: 'a:80' }] }, 'spec.addresses[0].value must be a DNS name'],
  [{ addresses: [{ type: 'Foo', value: 'a' }] }, 'spec.addresses[0].type must be IPAddress, Hostname, or a domain'],
  [{ addresses: [{ value: '1.2.3.4' }, { type: 'IPAddress', value: '1.2.3.4' }] }, 'spec.addresses[1].value "1.2.3.4"'],
])('with %j it would be another Gateway, so nothing of it is used', (spec, message) => {
  const { left, told } = gateway(spec);
  expect(left).toBeUndefined();
  expect(told).toEqual([expect.stringContaining(message)]);
});

test.each<[object, object]>([
  [
    { frontend: { default: { validation: { caCertificateRefs: [] } } } },
    { frontend: { default: { validation: closed } } },
  ],
  [{ frontend: { default: { validaton: clients } } }, { frontend: { default: { validation: closed } } }],
  [{ frontend: { default: { clientAuth: clients } } }, { frontend: { default: { validation: closed } } }],
  [{ frontend: {} }, { frontend: { default: { validation: closed } } }],
  [{ frontnd: { default: {} } }, { frontend: { default: { validation: closed } } }],
  [
    { frontend: { default: { validation: { ...clients, mode: 'AllowAll' } } } },
    { frontend: { default: { validation: clients } } },
  ],
  [
    {
      frontend: {
        default: {},
        perPort: [
          { port: 1, tls: { validation: {} } },
          { port: 2, tls: {} },
        ],
      },
    },
    {
      frontend: {
        default: {},
        perPort: [
          { port: 1, tls: { validation: closed } },
          { port: 2, tls: {} },
        ],
      },
    },
  ],
  [
    { frontend: { default: {}, perPort: [{ port: 0, tls: { validation: clients } }] } },
    { frontend: { default: { validation: closed } } },
  ],
  [
    { frontend: { default: {}, perPort: [1, 1].map((port) => ({ port, tls: {} })) } },
    { frontend: { default: { validation: closed } } },
  ],
  [{ backend: { clientCertificateRef: {} } }, { backend: { clientCertificateRef: UNREADABLE_REFERENCE } }],
])('in tls %j somebody is asked for a certificate, and it cannot be read whose: %j', (tls, left) => {
  const parsed = gateway({ tls });
  expect(parsed.left).toEqual({ gatewayClassName: 'pharos', listeners: [HTTPS], tls: left });
  expect(parsed.told).not.toEqual([]);
});

test.each([
  [{ allowedListeners: { namespaces: { from: 'Any' } } }, {}],
  [{ defaultScope: 'Some' }, {}],
  [{ infrastructure: { labels: { a: 'b c', d: 'e' } } }, { infrastructure: { labels: { d: 'e' } } }],
  [{ infrastructure: { annotations: { 'a b': 'c', d: 'e f' } } }, { infrastructure: { annotations: { d: 'e f' } } }],
  [
    { infrastructure: { parametersRef: { kind: 'C', name: 'd' } } },
    { infrastructure: { parametersRef: UNREADABLE_REFERENCE } },
  ],
])('%j costs itself, and leaves %j', (written, left) => {
  const parsed = gateway(written);
  expect(parsed.left).toEqual({ gatewayClassName: 'pharos', listeners: [HTTPS], ...left });
  expect(parsed.told).toHaveLength(1);
});

test('a class whose parameters cannot be read has parameters that nobody knows', () => {
  const controllerName = 'pharos.dev/gateway-controller';
  const { left } = parse('GatewayClass', { controllerName, parametersRef: { name: 'a' } });
  expect(left).toEqual({ controllerName, parametersRef: UNREADABLE_REFERENCE });
  expect(parse('GatewayClass', { controllerName: 'pharos' }).told).toEqual([
    'spec.controllerName must be a domain and a path, like example.com/gateway-controller, not "pharos"',
  ]);
});
