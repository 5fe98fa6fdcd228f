import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { duplicates } from '../duplicates.ts';
import type { Remark } from '../finding.ts';
import { defineKind } from '../kind.ts';
import { hostMistake, ipMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, flag, list, mapOf, object, oneOf, optional, portNumber, someOf, text } from '../vocabulary.ts';
import { restOfTargetRef, targetRef } from './target-ref.ts';

const endpoint = object({
  addresses: someOf(text()),
  conditions: optional(object({ ready: optional(flag()), serving: optional(flag()), terminating: optional(flag()) })),
  hostname: optional(text()),
  targetRef: optional(targetRef),
  nodeName: optional(text()),
  zone: optional(text()),
  hints: optional(
    object({ forZones: optional(list(object({ name: text() }))), forNodes: optional(list(object({ name: text() }))) }),
  ),
  deprecatedTopology: optional(mapOf(text())),
});

const port = object({
  /** Absent or empty: the service's only port. */
  name: optional(text()),
  protocol: optional(oneOf(['TCP', 'UDP', 'SCTP'])),
  /** Absent: all ports. */
  port: optional(portNumber()),
  appProtocol: optional(text()),
});

const schema = object({
  addressType: oneOf(['IPv4', 'IPv6', 'FQDN']),
  endpoints: optional(list(endpoint)),
  ports: optional(list(port)),
});

type Slice = Deep<z.infer<typeof schema>>;

export type KubeEndpointSlice = KubeObject<Slice>;
export type KubeEndpoint = Deep<z.infer<typeof endpoint>>;

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/ */
export const endpointSliceKind = defineKind({
  group: 'discovery.k8s.io',
  kind: 'EndpointSlice',
  versions: ['v1'],
  namespaced: true,
  schema,
  costs: {
    addressType: THE_OBJECT,
    'ports[]': 'ports[]',
    'ports[].appProtocol': 'ports[].appProtocol',
    // Ready or not: nobody can say.
    'endpoints[].conditions': 'endpoints[]',
    'endpoints[].addresses': 'endpoints[]',
    'endpoints[].targetRef': 'endpoints[].targetRef',
    'endpoints[].hints': 'endpoints[].hints',
  },
  notApplied: {},
  informational: {
    ...restOfTargetRef('endpoints[].targetRef'),
    'endpoints[].hostname': 'is for names of single pods, which DNS answers',
    'ports[].protocol': 'ports are found by name; the Service says the protocol',
    'ports[].appProtocol': 'the Service says it',
    'endpoints[].hints': 'a wish of Kubernetes; locality load balancing will decide',
    'endpoints[].deprecatedTopology': 'out of use: zone and nodeName say it',
  },
  check: checkSlice,
});

function* checkSlice({ addressType, endpoints = [], ports }: Slice): Generator<Remark> {
  const mistakeOf = addressType === 'FQDN' ? hostMistake : ipMistake;
  for (const [i, { addresses }] of endpoints.entries()) {
    for (const [j, address] of addresses.entries()) {
      const mistake = mistakeOf(address);
      if (mistake)
        yield { path: ['endpoints', i, 'addresses', j], message: `${mistake}, not ${JSON.stringify(address)}` };
    }
  }
  yield* duplicates(ports, ['ports'], 'name');
}
