import { object } from '../object.fixture.ts';
import type { RawObject } from '../object.ts';

/** Objects that together set every field of the kinds of Kubernetes. */
export const everyKubernetesField: readonly RawObject[] = [
  object('v1', 'Namespace', { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }),
  object('v1', 'Service', {
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1', 'fd00::1'],
      externalIPs: ['192.0.2.1'],
      ports: [
        { name: 'http', port: 80, targetPort: 'web', protocol: 'TCP', appProtocol: 'http', nodePort: 30080 },
        { name: 'dns', port: 80, targetPort: 53, protocol: 'UDP' },
      ],
      selector: { app: 'cart' },
      publishNotReadyAddresses: true,
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } },
      internalTrafficPolicy: 'Local',
      externalTrafficPolicy: 'Cluster',
      trafficDistribution: 'PreferClose',
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'PreferDualStack',
      loadBalancerIP: '192.0.2.2',
      loadBalancerClass: 'example.com/lb',
      loadBalancerSourceRanges: ['192.0.2.0/24'],
      allocateLoadBalancerNodePorts: true,
      healthCheckNodePort: 30000,
    },
    status: {
      loadBalancer: { ingress: [{ ip: '192.0.2.3', ipMode: 'VIP', ports: [] }, { hostname: 'lb.example.com' }] },
      conditions: [],
    },
  }),
  object('v1', 'Service', { spec: { type: 'ExternalName', externalName: 'example.com' } }),
  object('discovery.k8s.io/v1', 'EndpointSlice', {
    addressType: 'IPv4',
    endpoints: [
      {
        addresses: ['10.1.0.1'],
        conditions: { ready: true, serving: true, terminating: false },
        hostname: 'cart-0',
        targetRef: targetRef(),
        nodeName: 'node-1',
        zone: 'a',
        hints: { forZones: [{ name: 'a' }], forNodes: [{ name: 'node-1' }] },
        deprecatedTopology: { rack: '7' },
      },
    ],
    ports: [{ name: 'http', protocol: 'TCP', port: 8080, appProtocol: 'http' }],
  }),
  object('v1', 'Endpoints', {
    subsets: [
      {
        addresses: [{ ip: '10.1.0.1', hostname: 'cart-0', nodeName: 'node-1', targetRef: targetRef() }],
        notReadyAddresses: [{ ip: '10.1.0.2', hostname: 'cart-1', nodeName: 'node-1', targetRef: targetRef() }],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP', appProtocol: 'http' }],
      },
    ],
  }),
  object('v1', 'Pod', {
    spec: {
      containers: [container()],
      initContainers: [container()],
      serviceAccountName: 'cart',
      serviceAccount: 'cart',
      nodeName: 'node-1',
      hostNetwork: false,
      hostname: 'cart-0',
      subdomain: 'cart',
      volumes: [{ name: 'x', emptyDir: {} }],
      tolerations: [{ key: 'a', operator: 'Exists' }],
      restartPolicy: 'Always',
    },
    status: {
      phase: 'Running',
      podIP: '10.1.0.1',
      podIPs: [{ ip: '10.1.0.1' }],
      hostIP: '10.2.0.1',
      conditions: [{ type: 'Ready', status: 'True', lastProbeTime: null, lastTransitionTime: '2026-01-01T00:00:00Z' }],
      containerStatuses: [{ name: 'cart', ready: true, started: true, restartCount: 0, state: { running: {} } }],
      initContainerStatuses: [{ name: 'init', ready: true, started: false }],
      qosClass: 'Burstable',
    },
  }),
  object('v1', 'Node', {
    spec: { providerID: 'aws:///a/i-1', podCIDR: '10.1.0.0/24' },
    status: { addresses: [{ type: 'InternalIP', address: '10.2.0.1' }], capacity: { cpu: '2' } },
  }),
  object('v1', 'Secret', {
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'QUJD' },
    stringData: { 'tls.key': 'secret' },
    immutable: true,
  }),
  object('v1', 'ConfigMap', { data: { mesh: 'x: y' }, binaryData: { logo: 'QUJD' }, immutable: false }),
];

function targetRef() {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'shop',
    name: 'cart-0',
    uid: 'x',
    resourceVersion: '1',
    fieldPath: 'y',
  };
}

function container() {
  const port = { name: 'web', containerPort: 8080, protocol: 'TCP', hostPort: 0, hostIP: '' };
  return { name: 'cart', image: 'cart:1', ports: [port], env: [{ name: 'A', value: 'b' }], resources: {} };
}
