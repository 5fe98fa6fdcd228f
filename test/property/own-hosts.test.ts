/** What namespaces share must be what each of them would have alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createControlPlane } from '../../src/control-plane/index.ts';
import { entriesIn } from '../../src/lib/layers.ts';
import { ELSEWHERE } from '../../src/mesh/index.ts';
import { xdsTypes } from '../../src/proto/index.ts';
import { changesOf } from '../../src/source/index.ts';
import { createTranslators } from '../../src/translate/index.ts';
import type { Node } from '../../src/view/index.ts';

const NAMESPACES = ['a', 'b', 'istio-system'];
const CART = 'cart.a.svc.cluster.local';
const HOSTS = ['cart', CART, 'mail.b.svc.cluster.local', 'api.example.com', 'mail.example.com'];
const RULED = [...HOSTS, '*.example.com', '*.local', 'extra.example.com'];

const namespace = fc.constantFrom(...NAMESPACES);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const exportTo = maybe(fc.constantFrom(['*'], ['.'], ['b'], ['~'], ['a', 'istio-system']));
const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3');
const HTTP = { number: 80, name: 'http', protocol: 'HTTP' };
const port = fc.constantFrom(
  HTTP,
  { number: 8081, name: 'http-alt', protocol: 'HTTP' },
  { number: 8081, name: 'any', protocol: undefined },
  { number: 9000, name: 'tcp', protocol: 'TCP' },
);
const ports = fc.uniqueArray(port, { minLength: 1, maxLength: 2, selector: ({ number }) => number });

const service = fc
  .record({ name: fc.constantFrom('cart', 'mail'), namespace, exportTo, address, ports })
  .map((one) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...named(one),
      ...(one.exportTo && { annotations: { 'networking.istio.io/exportTo': one.exportTo.join(',') } }),
    },
    spec: { clusterIP: one.address, ports: one.ports.map(({ number, name }) => ({ name, port: number })) },
  }));

const entry = fc
  .record({
    name: fc.constantFrom('e1', 'e2'),
    namespace,
    exportTo,
    address: maybe(address),
    ports,
    host: fc.constantFrom(...HOSTS),
  })
  .map((one) => ({
    ...istio('ServiceEntry', one),
    spec: {
      hosts: [one.host],
      exportTo: one.exportTo,
      ...(one.address && { addresses: [one.address] }),
      ports: one.ports,
      resolution: 'STATIC',
      endpoints: [{ address: '10.1.0.1', labels: { version: 'v1' } }],
    },
  }));

const subset = maybe(fc.constantFrom('v1', 'v2'));
const destinationRule = fc
  .record({ name: fc.constantFrom('r1', 'r2'), namespace, exportTo, host: fc.constantFrom(...RULED), subset })
  .map((one) => ({
    ...istio('DestinationRule', one),
    spec: {
      host: one.host,
      exportTo: one.exportTo,
      trafficPolicy: { loadBalancer: { simple: 'RANDOM' } },
      ...(one.subset && { subsets: [{ name: one.subset, labels: { version: one.subset } }] }),
    },
  }));

const match = maybe(
  fc.record({
    sourceNamespace: maybe(namespace),
    sourceLabels: maybe(fc.constantFrom({ app: 'web' }, { app: 'cart' })),
  }),
);
const virtualService = fc
  .record({
    name: fc.constantFrom('v1', 'v2', 'v3'),
    namespace,
    exportTo,
    host: maybe(fc.constantFrom(...RULED)),
    to: fc.constantFrom(...HOSTS),
    subset,
    match,
    mirror: maybe(fc.constantFrom(...HOSTS)),
    delegate: maybe(fc.record({ name: fc.constantFrom('v1', 'v2', 'v3'), namespace })),
    tcp: fc.boolean(),
  })
  .map((one) => {
    const route = [{ destination: { host: one.to, subset: one.subset } }];
    const http = one.delegate && one.host ? { delegate: one.delegate } : { route };
    return {
      ...istio('VirtualService', one),
      spec: {
        hosts: one.host && [one.host],
        exportTo: one.exportTo,
        http: [{ ...http, match: one.match && [one.match], mirror: one.mirror && { host: one.mirror } }],
        ...(one.tcp && { tcp: [{ match: one.match && [{ ...one.match, port: 9000 }], route }] }),
      },
    };
  });

/** A route of Gateway API for a Service, of its own namespace or of another, to Services that not everybody may see. */
const route = fc
  .record({
    kind: fc.constantFrom('HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'),
    name: fc.constantFrom('g1', 'g2'),
    namespace: fc.constantFrom(...NAMESPACES, 'empty'),
    parent: fc.record({
      name: fc.constantFrom('cart', 'mail'),
      namespace,
      port: maybe(fc.constantFrom(80, 8081, 9000)),
    }),
    to: fc.record({ name: fc.constantFrom('cart', 'mail'), namespace }),
    linkerd: fc.boolean(),
  })
  .map((one) => ({
    apiVersion: one.linkerd && one.kind === 'HTTPRoute' ? 'policy.linkerd.io/v1beta3' : 'gateway.networking.k8s.io/v1',
    kind: one.kind,
    metadata: named(one),
    spec: {
      parentRefs: [{ group: '', kind: 'Service', ...one.parent }],
      ...(one.kind === 'TLSRoute' && { hostnames: ['*.example.com'] }),
      rules: [{ backendRefs: [{ ...one.to, port: 80 }] }],
    },
  }));

const defaults = fc
  .subarray(['defaultServiceExportTo', 'defaultVirtualServiceExportTo', 'defaultDestinationRuleExportTo'])
  .map((keys) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: 'istio-system' },
    data: { mesh: keys.map((key) => `${key}: ['.']`).join('\n') },
  }));

/** Rules of one host that send to another, of which a namespace has a subset of its own: rare among all objects. */
const pointing = fc
  .record({
    rule: fc.record({ namespace: fc.constantFrom('a', 'b', 'empty'), version: fc.constantFrom('v1', 'v2') }),
    route: fc.record({ namespace, delegates: fc.boolean(), mirrors: fc.boolean() }),
  })
  .map(({ rule, route }): readonly object[] => {
    const to = { host: 'mail.b.svc.cluster.local', subset: 'v1' };
    const http = route.mirrors
      ? { route: [{ destination: { host: CART } }], mirror: to }
      : { route: [{ destination: to }] };
    const root = {
      ...istio('VirtualService', { name: 'root', namespace: 'a' }),
      spec: { hosts: [CART], http: [http] },
    };
    const delegate = {
      ...istio('VirtualService', { name: 'part', namespace: route.namespace }),
      spec: { http: [http] },
    };
    const delegating = { ...root, spec: { hosts: [CART], http: [{ delegate: named(delegate.metadata) }] } };
    return [
      kubernetes({ name: 'cart', namespace: 'a' }),
      kubernetes({ name: 'mail', namespace: 'b' }),
      {
        ...istio('DestinationRule', { name: 'mail', namespace: rule.namespace }),
        spec: { host: to.host, subsets: [{ name: rule.version, labels: { version: rule.version } }] },
      },
      ...(route.delegates ? [delegating, delegate] : [root]),
    ];
  });

/** Rules for hosts that are known to one namespace only. */
const knownHere = fc.record({ name: fc.constant('e1'), namespace, exportTo }).map((one): readonly object[] => [
  kubernetes({ name: 'cart', namespace: 'a' }),
  {
    ...istio('ServiceEntry', one),
    spec: { hosts: ['api.example.com'], exportTo: one.exportTo, ports: [HTTP], resolution: 'DNS' },
  },
  {
    ...istio('VirtualService', { name: 'wild', namespace: 'a' }),
    spec: { hosts: ['*.example.com'], http: [{ route: [{ destination: { host: CART } }] }] },
  },
]);

/** A rule that asks for a namespace that has nothing to do with it. */
const asking = fc.constantFrom('a', 'empty').map((sourceNamespace): readonly object[] => [
  kubernetes({ name: 'mail', namespace: 'b' }),
  {
    ...istio('VirtualService', { name: 'asking', namespace: 'b' }),
    spec: { hosts: ['mail'], http: [{ match: [{ sourceNamespace }], directResponse: { status: 418 } }] },
  },
]);

const anything = fc
  .tuple(
    fc.array(service, { minLength: 1, maxLength: 4 }),
    fc.array(entry, { maxLength: 3 }),
    fc.array(destinationRule, { maxLength: 3 }),
    fc.array(virtualService, { maxLength: 3 }),
    fc.array(route, { maxLength: 3 }),
    fc.array(defaults, { maxLength: 1 }),
  )
  .map((all): readonly object[] => all.flat());

/** A rule of one host that sends to another, which only one namespace sees; or a rule for one namespace only. */
const routed = fc
  .record({
    routeIn: fc.constantFrom('a', 'b', 'empty'),
    exportTo: fc.constantFrom('.', '*', 'istio-system'),
    kind: fc.constantFrom('HTTPRoute', 'TCPRoute'),
    port: fc.constantFrom(80, 9000),
  })
  .map(({ routeIn, exportTo, kind, port }): readonly object[] => {
    const ports = [
      { name: 'http', port: 80 },
      { name: 'tcp', port: 9000 },
    ];
    const mail = kubernetes({ name: 'mail', namespace: 'b' });
    return [
      { ...kubernetes({ name: 'cart', namespace: 'a' }), spec: { clusterIP: '10.0.0.8', ports } },
      { ...mail, metadata: { ...mail.metadata, annotations: { 'networking.istio.io/exportTo': exportTo } } },
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind,
        metadata: { name: 'cart', namespace: routeIn },
        spec: {
          parentRefs: [{ group: '', kind: 'Service', name: 'cart', namespace: 'a', port }],
          rules: [{ backendRefs: [{ name: 'mail', namespace: 'b', port: 80 }] }],
        },
      },
    ];
  });

const objects = fc.oneof(
  { weight: 6, arbitrary: anything },
  { weight: 2, arbitrary: pointing },
  { weight: 2, arbitrary: routed },
  { weight: 1, arbitrary: knownHere },
  { weight: 1, arbitrary: asking },
);

test('what namespaces share is what each of them would have alone', () => {
  fc.assert(
    fc.property(objects, objects, (before, after) => {
      const { read, apply } = twoWays();
      for (const mesh of [before, after]) {
        apply(mesh);
        const { shared, alone } = read();
        expect(shared).toEqual(alone);
      }
    }),
    { numRuns: 200 },
  );
}, 120_000);

/** A control plane, and one beside it over the same objects in which namespaces share nothing. */
function twoWays() {
  const controlPlane = createControlPlane();
  const { graph, store, mesh, routing, policies, views, translators, workloadSecrets } = controlPlane;
  const hostsOf = (of: string): readonly string[] => [...mesh.visibleHosts(of), ...routing.extraHosts(of)];
  const everyHost = (of: string): readonly string[] => [...new Set([of, ELSEWHERE].flatMap(hostsOf))];
  const unshared = createTranslators(
    graph,
    { ...mesh, ownHosts: everyHost },
    { ...routing, ownHosts: everyHost },
    policies,
    views,
    workloadSecrets,
  );
  const proxies = nodes();
  for (const node of proxies) views.connections.set(node.id, node);
  const versionsOf = (by: typeof translators): Record<string, string> =>
    Object.fromEntries(
      proxies.flatMap(({ id }) =>
        xdsTypes.flatMap((type) =>
          [...entriesIn(by[type].resources(views.viewFor(id)!))].map(([name, { version }]) => [
            `${id}: ${type} ${name}`,
            version ?? 'held',
          ]),
        ),
      ),
    );
  let known: readonly string[] = [];
  const watch = graph.watch(
    'both',
    () => ({ shared: versionsOf(translators), alone: versionsOf(unshared) }),
    () => {},
  );
  return {
    read: watch.read,
    apply: (mesh: readonly object[]) => {
      const changes = changesOf(mesh.map((object, i) => [`${i}.yaml`, JSON.stringify(object)] as const));
      const now = changes.flatMap((change) => (change.kind === 'upsert' ? [change.key] : []));
      const gone = known.filter((key) => !now.includes(key as (typeof now)[number]));
      store.apply([...gone.map((key) => ({ kind: 'delete', key }) as (typeof changes)[number]), ...changes]);
      known = now;
    },
  };
}

function nodes(): readonly Node[] {
  const sidecars = [...NAMESPACES, 'empty'].map((of) =>
    nodeOf(`sidecar~10.9.0.1~web.${of}~${of}.svc.cluster.local`, { LABELS: { app: 'web' } }),
  );
  const others = [
    nodeOf('sidecar~10.9.0.2~laptop.b~b.svc.cluster.local', { INTERCEPTION_MODE: 'NONE', HTTP_PROXY_PORT: '15007' }),
    nodeOf('router~10.9.0.3~edge.a~a.svc.cluster.local', {}),
  ];
  return [...sidecars, ...others];
}

function nodeOf(id: string, metadata: Record<string, unknown>): Node {
  return { id, cluster: '', protocol: 'delta', metadata } as unknown as Node;
}

function named({ name, namespace }: { readonly name: string; readonly namespace: string }) {
  return { name, namespace };
}

function kubernetes(one: { readonly name: string; readonly namespace: string }) {
  const spec = { clusterIP: '10.0.0.9', ports: [{ name: 'http', port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: named(one), spec };
}

function istio(kind: string, one: { readonly name: string; readonly namespace: string }) {
  return { apiVersion: 'networking.istio.io/v1', kind, metadata: named(one) };
}
