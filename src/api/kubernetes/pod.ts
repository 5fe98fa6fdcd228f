import type { z } from 'zod';
import { defineKind } from '../kind.ts';
import { ipMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, flag, list, object, oneOf, optional, portNumber, text, wholeNumber, word } from '../vocabulary.ts';
import { CONTAINER_REST, POD_SPEC_REST, POD_STATUS_REST } from './pod-rest.ts';

const container = object({
  name: word(),
  image: optional(text()),
  ports: optional(
    list(
      object({
        name: optional(text()),
        containerPort: portNumber(),
        protocol: optional(oneOf(['TCP', 'UDP', 'SCTP'])),
        hostPort: optional(wholeNumber(0, 65_535)),
        hostIP: optional(text()),
      }),
    ),
  ),
});

const containerStatus = object({ name: word(), ready: optional(flag()), started: optional(flag()) });

const schema = object({
  spec: optional(
    object({
      containers: optional(list(container)),
      initContainers: optional(list(container)),
      serviceAccountName: optional(text()),
      /** Old name of serviceAccountName; the API server sets both. */
      serviceAccount: optional(text()),
      nodeName: optional(text()),
      hostNetwork: optional(flag()),
      hostname: optional(text()),
      subdomain: optional(text()),
    }),
  ),
  status: optional(
    object({
      phase: optional(oneOf(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'])),
      podIP: optional(text(ipMistake)),
      podIPs: optional(list(object({ ip: text(ipMistake) }))),
      hostIP: optional(text()),
      conditions: optional(list(object({ type: word(), status: oneOf(['True', 'False', 'Unknown']) }))),
      containerStatuses: optional(list(containerStatus)),
      initContainerStatuses: optional(list(containerStatus)),
    }),
  ),
});

export type KubePod = KubeObject<Deep<z.infer<typeof schema>>>;
export type KubeContainer = Deep<z.infer<typeof container>>;

const STATUS_REST = [
  'allocatedResources',
  'allocatedResourcesStatus',
  'containerID',
  'image',
  'imageID',
  'lastState',
  'resources',
  'restartCount',
  'state',
  'stopSignal',
  'user',
  'volumeMounts',
];

const AT_THE_EDGE = 'is for traffic that arrives from outside';
const IDENTITY = 'says who it is; clients will ask when there is mutual TLS';
const NAMES = 'is for names of single pods, which DNS answers';

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export const podKind = defineKind({
  group: '',
  kind: 'Pod',
  versions: ['v1'],
  namespaced: true,
  irrelevant: {
    spec: POD_SPEC_REST,
    'spec.containers[]': CONTAINER_REST,
    'spec.initContainers[]': CONTAINER_REST,
    status: POD_STATUS_REST,
    'status.conditions[]': ['lastProbeTime', 'lastTransitionTime', 'message', 'observedGeneration', 'reason'],
    'status.containerStatuses[]': STATUS_REST,
    'status.initContainerStatuses[]': STATUS_REST,
  },
  schema,
  // A pod has no part that would make it more than it is: a mistake costs its field.
  costs: {},
  notApplied: {},
  informational: {
    'spec.containers[].name': 'ports are found by their own names',
    'spec.containers[].image': 'shown by `pharos describe`',
    'spec.containers[].ports[].hostPort': AT_THE_EDGE,
    'spec.containers[].ports[].hostIP': AT_THE_EDGE,
    'spec.initContainers[].name': 'ports are found by their own names',
    'spec.initContainers[].image': 'shown by `pharos describe`',
    'spec.initContainers[].ports[].hostPort': AT_THE_EDGE,
    'spec.initContainers[].ports[].hostIP': AT_THE_EDGE,
    'spec.serviceAccountName': IDENTITY,
    'spec.serviceAccount': IDENTITY,
    'spec.hostNetwork': 'its address says where it is',
    'spec.hostname': NAMES,
    'spec.subdomain': NAMES,
    'status.hostIP': 'nodeName says which node it is on',
    'status.containerStatuses': 'the condition Ready says it for the pod',
    'status.initContainerStatuses': 'the condition Ready says it for the pod',
  },
});
