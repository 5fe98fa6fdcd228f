import { expect, test } from 'vitest';
import { ALWAYS, type Condition, NEVER } from '../../../policy/index.ts';
import { encodeMessage } from '../../../proto/index.ts';
import { buildPermission } from './permission.ts';
import { buildPrincipal } from './principal.ts';

const exact = (value: string) => ({ kind: 'exact', value }) as const;
const prefix = (value: string) => ({ kind: 'prefix', value }) as const;
const suffix = (value: string) => ({ kind: 'suffix', value }) as const;
const present = { kind: 'present' } as const;

const name = (principalName: object) => ({ authenticated: { principalName } });
const regex = (text: string) => ({ safeRegex: { regex: text } });
const header = (of: string, stringMatch: object) => ({ header: { name: of, stringMatch } });
const claim = (path: readonly string[], value: object) => ({
  metadata: {
    filter: 'envoy.filters.http.jwt_authn',
    path: ['payload', ...path].map((key) => ({ key })),
    value,
  },
});
const bearer = (iss: object, sub: object) => ({
  andIds: { ids: [claim(['iss'], { stringMatch: iss }), claim(['sub'], { stringMatch: sub })] },
});

const SOURCES: readonly (readonly [string, Condition, object])[] = [
  [
    'a principal is a URI of the certificate',
    { kind: 'principal', match: exact('td/ns/a/sa/b') },
    name({ exact: 'spiffe://td/ns/a/sa/b' }),
  ],
  ['a principal by its start', { kind: 'principal', match: prefix('td/ns/a/') }, name({ prefix: 'spiffe://td/ns/a/' })],
  [
    'a principal by its end, whose dots are dots',
    { kind: 'principal', match: suffix('/sa/b.c') },
    name(regex('spiffe://.*/sa/b\\.c')),
  ],
  ['any principal', { kind: 'principal', match: present }, name(regex('.+'))],
  ['a namespace', { kind: 'source-namespace', match: exact('a') }, name(regex('.*/ns/a/.*'))],
  [
    'a namespace by its start is still one part of an identity',
    { kind: 'source-namespace', match: prefix('a-') },
    name(regex('.*/ns/a-[^/]*/.*')),
  ],
  ['a namespace by its end', { kind: 'source-namespace', match: suffix('-a') }, name(regex('.*/ns/[^/]*-a/.*'))],
  ['any namespace', { kind: 'source-namespace', match: present }, name(regex('.*/ns/[^/]+/.*'))],
  [
    'the peer of the connection',
    { kind: 'source-ip', cidr: '10.0.0.0/8' },
    { directRemoteIp: { addressPrefix: '10.0.0.0', prefixLen: 8 } },
  ],
  [
    'the client behind proxies; one address is the whole of it',
    { kind: 'remote-ip', cidr: '2001:db8::1' },
    { remoteIp: { addressPrefix: '2001:db8::1', prefixLen: 128 } },
  ],
  ['a header', { kind: 'header', name: 'x-team', match: exact('a') }, header('x-team', { exact: 'a' })],
  ['a header that is not empty', { kind: 'header', name: 'x-team', match: present }, header('x-team', regex('.+'))],
  [
    'a claim that is a text or a list, in a map',
    { kind: 'claim', path: ['realm', 'roles'], match: exact('admin') },
    claim(['realm', 'roles'], {
      orMatch: {
        valueMatchers: [
          { stringMatch: { exact: 'admin' } },
          { listMatch: { oneOf: { stringMatch: { exact: 'admin' } } } },
        ],
      },
    }),
  ],
  ['any bearer', { kind: 'request-principal', match: present }, bearer(regex('.+'), regex('.+'))],
  [
    'an issuer and a subject',
    { kind: 'request-principal', match: exact('issuer/sub') },
    bearer({ exact: 'issuer' }, { exact: 'sub' }),
  ],
  [
    'an issuer that is a URL: every slash may be the one between',
    { kind: 'request-principal', match: exact('https://a/b') },
    {
      orIds: {
        ids: [
          bearer({ exact: 'https:' }, { exact: '/a/b' }),
          bearer({ exact: 'https:/' }, { exact: 'a/b' }),
          bearer({ exact: 'https://a' }, { exact: 'b' }),
        ],
      },
    },
  ],
  [
    'any subject of an issuer',
    { kind: 'request-principal', match: prefix('issuer/') },
    {
      orIds: {
        ids: [bearer({ prefix: 'issuer/' }, regex('.+')), bearer({ exact: 'issuer' }, regex('.*'))],
      },
    },
  ],
  [
    'a subject of any issuer',
    { kind: 'request-principal', match: suffix('/sub') },
    {
      orIds: {
        ids: [bearer(regex('.+'), { suffix: '/sub' }), bearer(regex('.*'), { exact: 'sub' })],
      },
    },
  ],
  [
    'what is no issuer and subject is nobody',
    { kind: 'request-principal', match: exact('x') },
    { notId: { any: true } },
  ],
  [
    'what another filter says',
    { kind: 'metadata', filter: 'envoy.filters.http.lua', key: 'k', match: exact('v') },
    { metadata: { filter: 'envoy.filters.http.lua', path: [{ key: 'k' }], value: { stringMatch: { exact: 'v' } } } },
  ],
  [
    'a list that another filter leaves',
    { kind: 'metadata', filter: 'envoy.filters.http.lua', key: 'k', match: { kind: 'in-list', match: prefix('v') } },
    {
      metadata: {
        filter: 'envoy.filters.http.lua',
        path: [{ key: 'k' }],
        value: { listMatch: { oneOf: { stringMatch: { prefix: 'v' } } } },
      },
    },
  ],
  [
    'the route that was chosen',
    { kind: 'route', route: 'policy.linkerd.io/HTTPRoute/a/b' },
    {
      sourcedMetadata: {
        metadataMatcher: {
          filter: 'pharos.dev/routes',
          path: [{ key: 'route' }],
          value: { stringMatch: { exact: 'policy.linkerd.io/HTTPRoute/a/b' } },
        },
        metadataSource: 'ROUTE',
      },
    },
  ],
  ['everybody', ALWAYS, { any: true }],
  ['nobody', NEVER, { notId: { any: true } }],
  [
    'one, but not another',
    {
      kind: 'all',
      of: [
        {
          kind: 'any',
          of: [
            { kind: 'source-ip', cidr: '10.0.0.0/8' },
            { kind: 'principal', match: present },
          ],
        },
        { kind: 'not', of: { kind: 'header', name: 'x', match: exact('y') } },
      ],
    },
    {
      andIds: {
        ids: [
          {
            orIds: {
              ids: [{ directRemoteIp: { addressPrefix: '10.0.0.0', prefixLen: 8 } }, name(regex('.+'))],
            },
          },
          { notId: header('x', { exact: 'y' }) },
        ],
      },
    },
  ],
];

test.each(SOURCES)('%s', (_, condition, expected) => {
  const principal = buildPrincipal(condition);
  expect(principal).toEqual(expected);
  encodeMessage('envoy.config.rbac.v3.Principal', principal);
});

const template = (pathTemplate: string) => ({
  uriTemplate: {
    name: 'uri-template',
    typedConfig: {
      '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
      pathTemplate,
    },
  },
});

const TARGETS: readonly (readonly [string, Condition, object])[] = [
  [
    'a host in any case',
    { kind: 'host', match: exact('shop.example') },
    header(':authority', { exact: 'shop.example', ignoreCase: true }),
  ],
  [
    'hosts below one',
    { kind: 'host', match: suffix('.example') },
    header(':authority', { suffix: '.example', ignoreCase: true }),
  ],
  ['any host', { kind: 'host', match: present }, header(':authority', regex('.+'))],
  ['a method', { kind: 'method', match: exact('GET') }, header(':method', { exact: 'GET' })],
  ['a path', { kind: 'path', match: exact('/a') }, { urlPath: { path: { exact: '/a' } } }],
  ['paths that start so', { kind: 'path', match: prefix('/a') }, { urlPath: { path: { prefix: '/a' } } }],
  ['one segment', { kind: 'path-template', template: '/a/{*}/b' }, template('/a/*/b')],
  ['any segments', { kind: 'path-template', template: '/{*}/a/{**}' }, template('/*/a/**')],
  ['a port', { kind: 'port', port: 8080 }, { destinationPort: 8080 }],
  [
    'an address',
    { kind: 'destination-ip', cidr: '10.1.0.0/16' },
    { destinationIp: { addressPrefix: '10.1.0.0', prefixLen: 16 } },
  ],
  [
    'the name that TLS asks for',
    { kind: 'server-name', match: suffix('.example') },
    { requestedServerName: { suffix: '.example' } },
  ],
  ['anything', ALWAYS, { any: true }],
  ['nothing', NEVER, { notRule: { any: true } }],
  [
    'some port but not one path',
    {
      kind: 'all',
      of: [
        {
          kind: 'any',
          of: [
            { kind: 'port', port: 1 },
            { kind: 'port', port: 2 },
          ],
        },
        { kind: 'not', of: { kind: 'path', match: exact('/a') } },
      ],
    },
    {
      andRules: {
        rules: [
          { orRules: { rules: [{ destinationPort: 1 }, { destinationPort: 2 }] } },
          { notRule: { urlPath: { path: { exact: '/a' } } } },
        ],
      },
    },
  ],
];

test.each(TARGETS)('%s', (_, condition, expected) => {
  const permission = buildPermission(condition);
  expect(permission).toEqual(expected);
  encodeMessage('envoy.config.rbac.v3.Permission', permission);
});

test('a condition in the wrong half of a rule is a mistake of ours, not something that is left out', () => {
  expect(() => buildPermission({ kind: 'principal', match: present })).toThrow('must not stand in `to`');
  expect(() => buildPrincipal({ kind: 'not', of: { kind: 'port', port: 1 } })).toThrow('must not stand in `from`');
});
