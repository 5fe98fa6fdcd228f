import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { duplicates } from '../duplicates.ts';
import type { Remark } from '../finding.ts';
import { defineKind } from '../kind.ts';
import { exportToMistake, hostMistake, ipMistake } from '../names.ts';
import type { KubeObject, Metadata } from '../object.ts';
import {
  type Deep,
  flag,
  list,
  mapOf,
  numberOrName,
  object,
  oneOf,
  optional,
  portNumber,
  text,
  wholeNumber,
} from '../vocabulary.ts';

const port = object({
  name: optional(text()),
  port: portNumber(),
  /** A number, or the name of a container's port. Absent: the same as `port`. */
  targetPort: optional(numberOrName(targetPortMistake)),
  protocol: optional(oneOf(['TCP', 'UDP', 'SCTP'])),
  appProtocol: optional(text()),
  nodePort: optional(wholeNumber(0, 65_535)),
});

const schema = object({
  spec: object({
    type: optional(oneOf(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'])),
    /** `None`: headless. */
    clusterIP: optional(text(clusterIpMistake)),
    clusterIPs: optional(list(text(clusterIpMistake))),
    externalName: optional(text(hostMistake)),
    externalIPs: optional(list(text(ipMistake))),
    ports: optional(list(port)),
    selector: optional(mapOf(text())),
    publishNotReadyAddresses: optional(flag()),
    sessionAffinity: optional(oneOf(['None', 'ClientIP'])),
    sessionAffinityConfig: optional(
      object({ clientIP: optional(object({ timeoutSeconds: optional(wholeNumber()) })) }),
    ),
    internalTrafficPolicy: optional(oneOf(['Cluster', 'Local'])),
    externalTrafficPolicy: optional(oneOf(['Cluster', 'Local'])),
    trafficDistribution: optional(text()),
    ipFamilies: optional(list(oneOf(['IPv4', 'IPv6', '']))),
    ipFamilyPolicy: optional(oneOf(['SingleStack', 'PreferDualStack', 'RequireDualStack'])),
    loadBalancerIP: optional(text()),
    loadBalancerClass: optional(text()),
    loadBalancerSourceRanges: optional(list(text())),
    allocateLoadBalancerNodePorts: optional(flag()),
    healthCheckNodePort: optional(wholeNumber(0, 65_535)),
  }),
  /** Written by whoever runs load balancers. */
  status: optional(
    object({
      loadBalancer: optional(
        object({
          ingress: optional(list(object({ ip: optional(text(ipMistake)), hostname: optional(text(hostMistake)) }))),
        }),
      ),
    }),
  ),
});

export type KubeService = KubeObject<Deep<z.infer<typeof schema>>>;
export type KubeServicePort = Deep<z.infer<typeof port>>;

/** Who may see a service, as names separated by commas: `.`, `*`, `~` or namespaces. */
export const EXPORT_TO_ANNOTATION = 'networking.istio.io/exportTo';

const AT_THE_EDGE = 'is for traffic that arrives from outside; it does not go through the mesh';

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/ */
export const serviceKind = defineKind({
  group: '',
  kind: 'Service',
  versions: ['v1'],
  namespaced: true,
  irrelevant: { status: ['conditions'], 'status.loadBalancer.ingress[]': ['ipMode', 'ports'] },
  schema,
  costs: {
    // It would be another service than meant.
    'spec.type': THE_OBJECT,
    'spec.clusterIP': THE_OBJECT,
    'spec.externalName': THE_OBJECT,
    'spec.selector': THE_OBJECT,
    'spec.ports[]': 'spec.ports[]',
    'spec.ports[].nodePort': 'spec.ports[].nodePort',
    // A guess at the protocol is better than no port.
    'spec.ports[].appProtocol': 'spec.ports[].appProtocol',
    // It would be seen by everyone.
    'metadata.annotations': THE_OBJECT,
  },
  notApplied: {
    'spec.sessionAffinity=ClientIP':
      'session affinity is not applied: in the mesh, use a DestinationRule with loadBalancer.consistentHash.useSourceIp',
    'spec.internalTrafficPolicy=Local':
      'internalTrafficPolicy Local is not applied yet: endpoints of all nodes are used',
    'spec.trafficDistribution': 'trafficDistribution is not applied yet; it arrives with locality load balancing',
  },
  informational: {
    'spec.sessionAffinityConfig': 'belongs to sessionAffinity',
    'spec.ports[].nodePort': AT_THE_EDGE,
    'spec.externalIPs': AT_THE_EDGE,
    'spec.externalTrafficPolicy': AT_THE_EDGE,
    'spec.loadBalancerIP': AT_THE_EDGE,
    'spec.loadBalancerClass': AT_THE_EDGE,
    'spec.loadBalancerSourceRanges': AT_THE_EDGE,
    'spec.allocateLoadBalancerNodePorts': AT_THE_EDGE,
    'spec.healthCheckNodePort': AT_THE_EDGE,
    'spec.ipFamilyPolicy': 'ipFamilies say what came of it',
  },
  check: ({ spec }, metadata) => checkService(spec, metadata),
});

type Spec = Deep<z.infer<typeof schema>>['spec'];

function* checkService(spec: Spec, metadata: Metadata): Generator<Remark> {
  const { ports = [] } = spec;
  yield* duplicates(ports, ['spec', 'ports'], 'name');
  for (const [i, port] of ports.entries()) {
    const { protocol = 'TCP' } = port;
    const twice = ports.slice(0, i).some((other) => other.port === port.port && (other.protocol ?? 'TCP') === protocol);
    if (twice) yield { path: ['spec', 'ports', i, 'port'], code: 'duplicate', message: `${port.port} is there twice` };
    if (ports.length > 1 && !port.name) {
      const message = 'is required where there is more than one port';
      yield { path: ['spec', 'ports', i, 'name'], severity: 'warning', code: 'missing-field', message };
    }
  }
  if (spec.type === 'ExternalName' && !spec.externalName) {
    yield { path: ['spec', 'externalName'], code: 'missing-field', message: 'is required for type ExternalName' };
  }
  const exportTo = metadata.annotations[EXPORT_TO_ANNOTATION];
  const wrong = exportTo?.split(',').find((name) => exportToMistake(name.trim()) !== undefined);
  if (wrong !== undefined) {
    const message = `${exportToMistake(wrong.trim())}, not ${JSON.stringify(wrong.trim())}`;
    yield { path: ['metadata', 'annotations', EXPORT_TO_ANNOTATION], message };
  }
}

function targetPortMistake(value: number | string): string | undefined {
  if (typeof value === 'string') return value === '' ? 'must not be empty' : undefined;
  return value >= 0 && value <= 65_535 ? undefined : 'must be a port number between 1 and 65535';
}

function clusterIpMistake(value: string): string | undefined {
  return value === '' || value === 'None' ? undefined : ipMistake(value);
}
