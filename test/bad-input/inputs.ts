/** Something wrong in a file, and what must be said of it. */
export interface BadInput {
  readonly name: string;
  /** YAML, unless `file` says otherwise. */
  readonly content: string | Uint8Array;
  readonly file?: string;
  /** `line:column code`; a column that depends on how deep the stack is, is `*`. */
  readonly told: string;
}

const virtualService = (http: string): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: bad, namespace: shop }
spec:
  hosts: [bad.shop]
  http:
${http}
`;
const routeToCart = '      route: [{ destination: { host: cart.shop } }]';
const destinationRule = (spec: string): string => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: bad, namespace: shop }
spec:
  host: tea.shop
${spec}
`;
const gatewayApi = (kind: string, spec: string): string => `apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: bad, namespace: shop }
spec:
${spec}
`;
const deep = `a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`;

export const badInputs: readonly BadInput[] = [
  { name: 'a tab for indentation', content: 'kind: Service\nmetadata:\n\tname: x\n', told: '3:1 invalid-yaml' },
  { name: 'a quote that is not closed', content: 'kind: "Service\nmetadata: { name: x }\n', told: '3:1 invalid-yaml' },
  { name: 'a wrong indentation', content: 'kind: Service\n  metadata:\n name: x\n', told: '1:7 invalid-yaml' },
  { name: 'a list at the top', content: '- kind: Service\n', told: '1:1 invalid-object' },
  { name: 'no kind', content: 'apiVersion: v1\nmetadata: { name: x }\n', told: '1:1 invalid-object' },
  {
    name: 'no name',
    content: 'apiVersion: v1\nkind: Service\nmetadata: { namespace: shop }\n',
    told: '3:11 invalid-object',
  },
  {
    name: 'a map for a name that has no text',
    content: 'apiVersion: v1\nkind: Service\nmetadata: { name: { toString: x } }\n',
    told: '3:19 invalid-object',
  },
  {
    name: 'a map for a yes or no that has no text',
    content: virtualService(`    - match: [{ ignoreUriCase: { toString: x } }]\n${routeToCart}`),
    told: '7:32 bad-value',
  },
  {
    name: 'a misspelled kind',
    content: 'apiVersion: networking.istio.io/v1\nkind: VirtualServices\nmetadata: { name: x }\n',
    told: '2:7 unknown-kind',
  },
  {
    name: 'a version that there is not',
    content: 'apiVersion: networking.istio.io/v2\nkind: VirtualService\nmetadata: { name: x }\n',
    told: '1:13 unknown-version',
  },
  {
    name: 'a key twice',
    content: 'apiVersion: v1\nkind: Service\nkind: Service\nmetadata: { name: x }\n',
    told: '3:1 invalid-yaml',
  },
  {
    name: 'an alias bomb',
    content: `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n`,
    told: '1:1 invalid-yaml',
  },
  { name: 'brackets 5,000 deep', content: deep, told: '1:* invalid-yaml' },
  {
    name: 'a binary file',
    content: Uint8Array.from({ length: 512 }, (_, i) => (i * 37) % 256),
    told: '1:1 unreadable-file',
  },
  { name: 'a NUL byte', content: 'kind: Service\u0000\n', told: '1:14 unreadable-file' },
  {
    name: 'bytes that are not UTF-8',
    content: Uint8Array.from([107, 58, 32, 0xff, 0xfe, 10]),
    told: '1:1 unreadable-file',
  },
  { name: 'a file of more than 10 MB', content: `# ${'x'.repeat(11 * 1024 * 1024)}\n`, told: '1:1 unreadable-file' },
  { name: 'broken JSON', file: 'bad.json', content: '{"kind": "Service",', told: '1:20 invalid-yaml' },
  {
    name: 'an unknown key',
    content: virtualService(`    - retrys: { attempts: 2 }\n${routeToCart}`),
    told: '7:7 unknown-field',
  },
  {
    name: 'an unknown key in a match',
    content: virtualService(`    - match: [{ url: { prefix: / } }]\n${routeToCart}`),
    told: '7:17 unknown-field',
  },
  {
    name: 'a key in snake_case',
    content: destinationRule('  trafficPolicy: { connection_pool: { tcp: { maxConnections: 1 } } }'),
    told: '6:20 unknown-field',
  },
  {
    name: 'a key that never was',
    content: destinationRule('  trafficPolicy: { circuitBreaker: { maxConnections: 1 } }'),
    told: '6:20 unknown-field',
  },
  {
    name: 'a text for a number',
    content: destinationRule('  trafficPolicy: { connectionPool: { tcp: { maxConnections: many } } }'),
    told: '6:61 bad-value',
  },
  {
    name: 'a negative weight',
    content: virtualService(
      '    - route: [{ destination: { host: cart.shop }, weight: -1 }, { destination: { host: cart.shop }, weight: 2 }]',
    ),
    told: '7:59 bad-value',
  },
  {
    name: 'weights that are all 0',
    content: virtualService(
      '    - route: [{ destination: { host: cart.shop }, weight: 0 }, { destination: { host: cart.shop }, weight: 0 }]',
    ),
    told: '7:14 no-weight',
  },
  {
    name: 'a regex that RE2 refuses',
    content: virtualService(`    - match: [{ uri: { regex: "/(?=x)" } }]\n${routeToCart}`),
    told: '7:31 bad-value',
  },
  {
    name: 'a regex that is too large for RE2',
    content: virtualService(`    - match: [{ uri: { regex: '/\\pL{1,1000}' } }]\n${routeToCart}`),
    told: '7:31 bad-value',
  },
  {
    name: 'a regex of a header that RE2 refuses',
    content: virtualService(`    - match: [{ headers: { a: { regex: "(" } } }]\n${routeToCart}`),
    told: '7:40 bad-value',
  },
  {
    name: 'a port that is none',
    content: virtualService('    - route: [{ destination: { host: cart.shop, port: { number: 70000 } } }]'),
    told: '7:65 bad-value',
  },
  {
    name: 'a host that there is not',
    content: virtualService('    - route: [{ destination: { host: crat.shop } }]'),
    told: '7:38 unknown-host',
  },
  {
    name: 'a subset that there is not',
    content: virtualService('    - route: [{ destination: { host: cart.shop, subset: v9 } }]'),
    told: '7:57 unknown-subset',
  },
  {
    name: 'a timeout that is none',
    content: virtualService(`    - timeout: soon\n${routeToCart}`),
    told: '7:16 bad-value',
  },
  {
    name: 'a percentage over 100',
    content: virtualService(`    - fault: { abort: { httpStatus: 500, percentage: { value: 101 } } }\n${routeToCart}`),
    told: '7:63 bad-value',
  },
  {
    name: 'a redirect code that is none',
    content: virtualService('    - redirect: { uri: /x, redirectCode: 299 }'),
    told: '7:42 bad-value',
  },
  {
    name: 'a header name with a space',
    content: virtualService(`    - headers: { request: { set: { "a b": c } } }\n${routeToCart}`),
    told: '7:36 bad-value',
  },
  {
    name: 'a header value with a lone %',
    content: virtualService(
      `    - headers: { response: { set: { x-share: 100%, x-of: "%PROTOCOL%" } } }\n${routeToCart}`,
    ),
    told: '7:46 bad-value',
  },
  {
    name: 'a header value of a destination that is a broken format',
    content: virtualService(
      '    - route: [{ destination: { host: cart.shop }, headers: { request: { add: { x-id: "%REQ(x-id)" } } } }]',
    ),
    told: '7:86 bad-value',
  },
  { name: 'an exportTo that is none', content: destinationRule('  exportTo: ["every where"]'), told: '6:14 bad-value' },
  {
    name: 'a delegate that there is not',
    content: virtualService('    - delegate: { name: nobody }'),
    told: '7:17 unknown-delegate',
  },
  {
    name: 'delegates that go round in a circle',
    content: virtualService('    - delegate: { name: bad }'),
    told: '7:17 delegate-with-hosts',
  },
  {
    name: 'a gateway that there is not',
    content: virtualService(routeToCart.replace('      route', '    - route')).replace(
      '  http:',
      '  gateways: [nobody]\n  http:',
    ),
    told: '6:14 unknown-gateway',
  },
  {
    name: 'an object that another file defines',
    content:
      'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: door, namespace: shop }\nspec: { servers: [] }\n',
    told: '1:1 duplicate-object',
  },
  {
    name: 'a host that another entry defines',
    content:
      'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: other, namespace: shop }\nspec:\n  hosts: [cart.shop]\n  ports: [{ number: 80, name: http, protocol: HTTP }]\n  resolution: DNS\n',
    told: '5:11 duplicate-host',
  },
  {
    name: 'a host with a slash',
    content:
      'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: bad, namespace: shop }\nspec:\n  servers:\n    - port: { number: 81, name: http, protocol: HTTP }\n      hosts: ["a/b/c"]\n',
    told: '7:15 bad-value',
  },
  {
    name: 'a name that is too long',
    content: `apiVersion: v1\nkind: Service\nmetadata: { name: ${'x'.repeat(300)} }\n`,
    told: '3:19 bad-name',
  },
  {
    name: 'two rules for one host at a gateway',
    content:
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: late, namespace: shop }\nspec:\n  hosts: [cart.shop]\n  http: [{ route: [{ destination: { host: tea.shop } }] }]\n',
    told: '5:11 host-taken',
  },
  {
    name: 'a host name where an address must be',
    content:
      'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: bad, namespace: shop }\naddressType: IPv4\nports: [{ port: 80 }]\nendpoints:\n  - addresses: [cart.shop]\n',
    told: '7:17 bad-value',
  },
  {
    name: 'a label selector that is a list',
    content:
      'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: bad, namespace: shop }\nspec:\n  selector: [a]\n  servers: [{ port: { number: 81, name: http, protocol: HTTP }, hosts: ["*"] }]\n',
    told: '5:13 bad-value',
  },
  {
    name: 'a path that never arrives so',
    content: gatewayApi('HTTPRoute', '  rules:\n    - matches: [{ path: { value: /a//b } }]'),
    told: '6:34 bad-value',
  },
  {
    name: 'a hostname for any host',
    content: gatewayApi(
      'HTTPRoute',
      '  hostnames: [a.example, "*"]\n  rules: [{ backendRefs: [{ name: cart, port: 80 }] }]',
    ),
    told: '5:26 bad-value',
  },
  {
    name: 'a filter of another type than its field',
    content: gatewayApi('HTTPRoute', '  rules:\n    - filters: [{ type: URLRewrite, requestRedirect: { port: 80 } }]'),
    told: '6:17 missing-field',
  },
  {
    name: 'a redirect beside backends',
    content: gatewayApi(
      'HTTPRoute',
      '  rules:\n    - filters: [{ type: RequestRedirect, requestRedirect: { port: 80 } }]\n      backendRefs: [{ name: cart, port: 80 }]',
    ),
    told: '7:20 conflict',
  },
  {
    name: 'a prefix that is replaced and not matched',
    content: gatewayApi(
      'HTTPRoute',
      '  rules:\n    - matches: [{ path: { type: Exact, value: /a } }]\n      filters:\n        - type: URLRewrite\n          urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } }',
    ),
    told: '9:79 conflict',
  },
  {
    name: 'a backend without the port of its Service',
    content: gatewayApi('GRPCRoute', '  rules:\n    - backendRefs: [{ name: cart }]'),
    told: '6:21 missing-field',
  },
  {
    name: 'a gRPC service as in a URL',
    content: gatewayApi('GRPCRoute', '  rules:\n    - matches: [{ method: { service: shop/Cart } }]'),
    told: '6:38 bad-value',
  },
  {
    name: 'a TLSRoute without hostnames',
    content: gatewayApi('TLSRoute', '  rules: [{ backendRefs: [{ name: cart, port: 80 }] }]'),
    told: '4:1 missing-field',
  },
  {
    name: 'TLS for a listener that speaks plain text',
    content: gatewayApi(
      'Gateway',
      '  gatewayClassName: other\n  listeners:\n    - { name: a, port: 80, protocol: HTTP }\n    - name: b\n      port: 81\n      protocol: HTTP\n      tls: { certificateRefs: [{ name: cert }] }',
    ),
    told: '11:12 conflict',
  },
  {
    name: 'two listeners of one port, protocol and hostname',
    content: gatewayApi(
      'Gateway',
      '  gatewayClassName: other\n  listeners:\n    - { name: a, port: 80, protocol: HTTP }\n    - { name: b, port: 80, protocol: HTTP }',
    ),
    told: '8:7 duplicate',
  },
  {
    name: 'a grant with an unknown key',
    content: gatewayApi(
      'ReferenceGrant',
      '  from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: web }]\n  to: [{ group: "", kind: Service, nmae: cart }]',
    ),
    told: '6:36 unknown-field',
  },
  {
    name: 'a policy that names no authority',
    content: gatewayApi(
      'BackendTLSPolicy',
      '  targetRefs: [{ group: "", kind: Service, name: tea }]\n  validation: { hostname: tea.example }',
    ),
    told: '6:15 bad-value',
  },
  {
    name: 'a kind that is gone',
    content: 'apiVersion: gateway.networking.x-k8s.io/v1alpha1\nkind: XListenerSet\nmetadata: { name: bad }\n',
    told: '2:7 unknown-kind',
  },
];
