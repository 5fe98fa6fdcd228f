import fc from 'fast-check';
import { everyGatewayField } from '../../../src/api/gateway/everything.fixture.ts';
import type { RawObject } from '../../../src/api/index.ts';
import type { Certificates } from '../../support/gateway-api/macros.ts';
import { maybe, namespace, often, seldom, usually } from './chance.ts';
import { listeners } from './listeners.ts';
import {
  CLASSES,
  GATEWAY_API,
  GATEWAYS,
  HOSTNAMES,
  LISTENER_SETS,
  NAMESPACES,
  nameOf,
  OWN_CONTROLLER,
  ROUTE_KINDS,
  ROUTES,
  SERVICES,
} from './names.ts';
import { routes } from './routes.ts';

/** Configurations in which every object is one that an API server would take; what they refer to may be missing. */
export function configurations(certificates: Certificates): fc.Arbitrary<readonly RawObject[]> {
  const parts = [
    many(classes, 2),
    fc.array(gateways, { minLength: 1, maxLength: 3 }),
    many(listenerSets, 2),
    fc.array(routes, { minLength: 2, maxLength: 6, size: 'max' }),
    many(grants, 2),
    many(policies, 2),
    services,
    many(slices, 2),
    fc.array(secrets(certificates), { minLength: 1, maxLength: 4 }),
    many(configMaps(certificates), 2),
    many(namespaces, 3),
    fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(anyKind, { maxLength: 3 }) }),
  ];
  return fc.tuple(...parts).map((all) => eachOnce(all.flat().map(tidy)));
}

function many(one: fc.Arbitrary<RawObject>, maxLength: number): fc.Arbitrary<readonly RawObject[]> {
  return fc.array(one, { maxLength });
}

const created = maybe(fc.constantFrom('2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z'));
const generation = maybe(fc.constantFrom(1, 2, 7));

/** `metadata` of an object with one of these names. */
export function metadata(names: readonly string[]): fc.Arbitrary<RawObject['metadata']> {
  return fc
    .record({ name: usually(...(names as [string, ...string[]])), namespace, creationTimestamp: created, generation })
    .map((one) => one as RawObject['metadata']);
}

function gatewayApi(kind: string, names: readonly string[], spec: fc.Arbitrary<object>, version = 'v1') {
  return fc.record({
    apiVersion: fc.constant(`${GATEWAY_API}/${version}`),
    kind: fc.constant(kind),
    metadata: metadata(names),
    spec,
  }) as fc.Arbitrary<RawObject>;
}

const classes: fc.Arbitrary<RawObject> = fc
  .record({
    name: usually('second', 'foreign', 'pharos'),
    generation,
    parametersRef: seldom(fc.constant({ group: 'example.com', kind: 'Large', name: 'x' })),
  })
  .map(({ name, generation, parametersRef }) => ({
    apiVersion: `${GATEWAY_API}/v1`,
    kind: 'GatewayClass',
    metadata: { name, generation },
    spec: { controllerName: name === 'foreign' ? 'example.com/other' : OWN_CONTROLLER, parametersRef },
  }));

const className = fc.oneof(
  { weight: 9, arbitrary: fc.constant('pharos') },
  { weight: 2, arbitrary: fc.constantFrom(...CLASSES) },
);
interface Address {
  readonly type?: string;
  readonly value?: string;
}
const address: fc.Arbitrary<Address> = fc.constantFrom(
  { type: 'IPAddress', value: '127.20.0.9' },
  { type: 'IPAddress', value: '127.20.0.10' },
  { type: 'IPAddress' },
  {},
  { type: 'IPAddress', value: '192.0.2.9' },
  { type: 'Hostname', value: 'cart.shop.svc.cluster.local' },
  { type: 'example.com/other', value: 'x' },
);
const selector = fc.constantFrom(
  { matchLabels: { team: 'a' } },
  { matchExpressions: [{ key: 'team', operator: 'In', values: ['a', 'b'] }] },
  { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] },
);
const caCertificateRefs = fc.array(
  fc.record({
    group: fc.constant(''),
    kind: fc.constantFrom('ConfigMap', 'ConfigMap', 'Secret', 'Other'),
    name: fc.constantFrom('ca', 'empty', 'missing'),
    namespace: maybe(namespace),
  }),
  { minLength: 1, maxLength: 2 },
);
const frontend = fc.record({
  validation: fc.record({ caCertificateRefs, mode: maybe(fc.constantFrom('AllowValidOnly', 'AllowInsecureFallback')) }),
});

const gateways = gatewayApi(
  'Gateway',
  GATEWAYS,
  fc.record({
    gatewayClassName: className,
    listeners,
    addresses: seldom(fc.uniqueArray(address, { maxLength: 2, selector: ({ type, value }: Address) => value ?? type })),
    allowedListeners: often(
      fc.record({ namespaces: fc.record({ from: usually('All', 'Same', 'Selector', 'None'), selector }) }),
    ),
    defaultScope: seldom(fc.constantFrom('All', 'None')),
    infrastructure: seldom(
      fc.record({
        labels: maybe(fc.constant({ team: 'a' })),
        parametersRef: maybe(fc.constant({ group: 'x.y', kind: 'Z', name: 'z' })),
      }),
    ),
    tls: seldom(
      fc.record({
        backend: maybe(
          fc.record({
            clientCertificateRef: fc.record({
              name: fc.constantFrom('good', 'bad', 'missing'),
              namespace: maybe(namespace),
            }),
          }),
        ),
        frontend: maybe(
          fc.record({
            default: frontend,
            perPort: maybe(fc.record({ port: fc.constantFrom(443, 8443), tls: frontend }).map((one) => [one])),
          }),
        ),
      }),
    ),
  }),
);

const listenerSets = gatewayApi(
  'ListenerSet',
  LISTENER_SETS,
  fc.record({
    parentRef: fc.record({ name: usually<string>(...GATEWAYS), namespace: maybe(namespace) }),
    listeners,
  }),
);

const grants = fc.constantFrom('v1', 'v1beta1').chain((version) =>
  gatewayApi(
    'ReferenceGrant',
    ['g1', 'g2'],
    fc.record({
      from: fc.array(
        fc.record({ group: fc.constant(GATEWAY_API), kind: fc.constantFrom(...ROUTE_KINDS, 'Gateway'), namespace }),
        { minLength: 1, maxLength: 3 },
      ),
      to: fc.array(
        fc.record({
          group: fc.constant(''),
          kind: fc.constantFrom('Service', 'Service', 'Secret', 'ConfigMap'),
          name: maybe(fc.constantFrom(...SERVICES, 'good', 'ca')),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    version,
  ),
);

const policies = gatewayApi(
  'BackendTLSPolicy',
  ['p1', 'p2'],
  fc.record({
    targetRefs: fc
      .record({ name: fc.constantFrom(...SERVICES), sectionName: maybe(fc.constantFrom('http', 'grpc', 'other')) })
      .map((one) => [{ group: '', kind: 'Service', ...one }]),
    validation: fc.oneof(
      fc.record({
        caCertificateRefs: caCertificateRefs.map((all) => all.map(({ namespace, ...ref }) => ref)),
        hostname: fc.constant('backend.example'),
      }),
      fc.constant({ wellKnownCACertificates: 'System', hostname: 'backend.example' }),
      fc.constant({ wellKnownCACertificates: 'example.com/Other', hostname: 'backend.example' }),
    ),
  }),
);

const EVERY_PORT = [
  { name: 'http', port: 80 },
  { name: 'grpc', port: 81, appProtocol: 'kubernetes.io/h2c' },
  { name: 'tcp', port: 90 },
  { name: 'dns', port: 53, protocol: 'UDP' },
];
/** Most of those that somebody may name. */
const services: fc.Arbitrary<readonly RawObject[]> = fc
  .tuple(...NAMESPACES.flatMap((of) => SERVICES.map((name) => often(service(name, of)))))
  .map((all) => all.filter((one) => one !== undefined));

function service(name: string, of: string): fc.Arbitrary<RawObject> {
  return fc
    .record({
      type: seldom(fc.constantFrom('ClusterIP', 'ExternalName')),
      clusterIP: usually('10.0.0.1', '10.0.0.2', 'None'),
      ports: fc.oneof(
        { weight: 4, arbitrary: fc.constant(EVERY_PORT) },
        { weight: 1, arbitrary: fc.subarray(EVERY_PORT, { minLength: 1 }) },
      ),
    })
    .map(({ type, clusterIP, ports }) => {
      const spec = type === 'ExternalName' ? { type, externalName: 'localhost' } : { type, clusterIP };
      return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: of }, spec: { ...spec, ports } };
    });
}

const slices = fc
  .record({ namespace, service: fc.constantFrom(...SERVICES), address: fc.constantFrom('10.1.0.1', '10.1.0.2') })
  .map(
    ({ namespace, service, address }): RawObject => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${service}-1`, namespace, labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      ports: [
        { name: 'http', port: 8080, protocol: 'TCP' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
      endpoints: [{ addresses: [address] }],
    }),
  );

function secrets({ good }: Certificates): fc.Arbitrary<RawObject> {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return fc.record({ namespace, isGood: usually(true, false) }).map(({ namespace, isGood }) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: isGood ? 'good' : 'bad', namespace },
    data: isGood
      ? { 'tls.crt': base64(good!.crt), 'tls.key': base64(good!.key) }
      : { 'tls.crt': 'AAAA', 'tls.key': '' },
  }));
}

function configMaps({ good }: Certificates): fc.Arbitrary<RawObject> {
  return fc.record({ namespace, isGood: fc.boolean() }).map(({ namespace, isGood }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: isGood ? 'ca' : 'empty', namespace },
    data: isGood ? { 'ca.crt': good!.ca } : {},
  }));
}

const namespaces = fc.record({ name: namespace, team: maybe(fc.constantFrom('a', 'b', 'c')) }).map(
  ({ name, team }): RawObject => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: team ? { team } : {} },
  }),
);

/** Objects that together have every field of every kind, under names that others use. */
const anyKind = fc
  .record({
    object: fc.constantFrom(...everyGatewayField),
    namespace,
    name: fc.constantFrom(...ROUTES, ...GATEWAYS, ...SERVICES),
  })
  .map(({ object, namespace, name }): RawObject => {
    const isCluster = ['GatewayClass', 'XMesh'].includes(object.kind);
    // Nobody is to be asked for addresses.
    const hosts = (text: string): string =>
      text.replaceAll('"example.com"', `"${HOSTNAMES[0]}"`).replaceAll('"api.example.com"', '"localhost"');
    const { apiVersion, kind, metadata: _, ...body } = object;
    const metadata = isCluster ? { name } : { name, namespace };
    return { apiVersion, kind, metadata, ...(JSON.parse(hosts(JSON.stringify(body))) as object) };
  });

/** As it comes out of a file: without what is undefined. */
function tidy(object: RawObject): RawObject {
  return JSON.parse(JSON.stringify(object)) as RawObject;
}

/** The first of those that have the same name. */
export function eachOnce(objects: readonly RawObject[]): readonly RawObject[] {
  const identity = (one: RawObject): string => `${one.apiVersion.split('/')[0]} ${nameOf(one)}`;
  return [...new Map(objects.toReversed().map((one) => [identity(one), one])).values()].reverse();
}
